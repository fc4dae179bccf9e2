// Command provide brings what the tests need and runs a command with it:
//
//	provide -- go test ./...
//
// PostgreSQL is the server of PLENARY_TEST_POSTGRES, or else a throw-away cluster of
// an installed PostgreSQL; the browser is the one of PLENARY_TEST_CHROMIUM, or else
// an installed Chromium. What is not installed is installed when this runs as root
// with apt at hand. What cannot be had is left out, and the closing summary says so;
// with CI=true that is a failure.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"plenary/internal/testkit"
)

// A half is one part of the tests that needs something from outside.
type half struct {
	name    string // as in the tally
	title   string
	env     string
	value   string // of env; empty when the thing could not be had
	what    string // what was brought, or what is missing and how to get it
	cleanup func()
}

func init() {
	// The server is told to end when the thread that started it ends, so that thread
	// must be the one that lives as long as the program.
	runtime.LockOSThread()
}

func main() {
	install := flag.Bool("install", true, "install what is missing, when root and with apt at hand")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: provide [-install=false] -- command [argument ...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	os.Exit(run(flag.Args(), *install, os.Stdout, os.Stderr))
}

// run brings the halves, runs the command and returns the code to exit with.
func run(args []string, install bool, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()

	in := installer{allowed: install, out: stderr}
	halves := []half{providePostgres(ctx, &in), provideChromium(ctx, &in)}
	provideXMLLint(ctx, &in, stderr)
	defer func() {
		for _, h := range halves {
			if h.cleanup != nil {
				h.cleanup()
			}
		}
	}()
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "provide: interrupted")
		return 130
	}

	ledger, err := os.CreateTemp("", "plenary-tally-")
	if err != nil {
		fmt.Fprintln(stderr, "provide:", err)
		return 1
	}
	_ = ledger.Close()
	defer func() { _ = os.Remove(ledger.Name()) }()

	env := append(os.Environ(), testkit.TallyEnv+"="+ledger.Name())
	for _, h := range halves {
		env = append(env, h.env+"="+h.value)
	}
	code := runCommand(ctx, args, env, stdout, stderr)

	counts, err := readTally(ledger.Name())
	if err != nil {
		fmt.Fprintln(stderr, "provide:", err)
		return 1
	}
	whole := summarise(stdout, halves, counts)
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "provide: interrupted; this was not a whole run")
		return 130
	}
	if code == 0 && !whole && os.Getenv("CI") == "true" {
		fmt.Fprintln(stderr, "provide: a half was not run, and CI=true makes that a failure")
		return 1
	}
	return code
}

// runCommand runs the command in a process group of its own, hands on an
// interruption to all of it, and returns its exit code.
func runCommand(ctx context.Context, args, env []string, stdout, stderr io.Writer) int {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = env
	cmd.Stdout, cmd.Stderr = stdout, stderr
	ownGroup(cmd)
	cmd.Cancel = func() error { return interruptGroup(cmd.Process) }
	cmd.WaitDelay = 15 * time.Second
	err := cmd.Run()
	if ctx.Err() != nil {
		killGroup(cmd.Process)
		return 130
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return max(exit.ExitCode(), 1)
	default:
		fmt.Fprintln(stderr, "provide:", err)
		return 1
	}
}
