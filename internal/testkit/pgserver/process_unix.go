//go:build unix

package pgserver

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// quit ends a PostgreSQL server without a checkpoint.
func quit(p *os.Process) { _ = p.Signal(syscall.SIGQUIT) }

// alive tells whether a process of that number runs.
func alive(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}

// An account is the user a PostgreSQL server runs as. It refuses to run as root.
type account struct{ credential *syscall.Credential }

// serverUser is this user, or for root the user postgres or nobody.
func serverUser() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		if uerr == nil && gerr == nil && uid != 0 {
			return account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
		}
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody")
}

// give makes the account the owner of files.
func (a account) give(paths ...string) error {
	if a.credential == nil {
		return nil
	}
	for _, path := range paths {
		if err := os.Chown(path, int(a.credential.Uid), int(a.credential.Gid)); err != nil {
			return fmt.Errorf("give folder to the server's user: %w", err)
		}
	}
	return nil
}

// run makes the command run as the account, out of reach of the terminal's
// interruption: the tests end first.
func (a account) run(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: a.credential}
	endWithParent(cmd.SysProcAttr)
}
