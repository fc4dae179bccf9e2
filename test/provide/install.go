package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// installer installs packages of the system, where it may.
type installer struct {
	allowed bool
	out     io.Writer
	updated bool
}

// can tells whether install has a chance.
func (in *installer) can() bool {
	_, err := exec.LookPath("apt-get")
	return in.allowed && err == nil && os.Geteuid() == 0
}

// install installs packages of Debian or of what descends from it.
func (in *installer) install(ctx context.Context, packages ...string) error {
	if !in.updated {
		if err := in.apt(ctx, "update", "-q"); err != nil {
			return err
		}
		in.updated = true
	}
	return in.apt(ctx, append([]string{"install", "-q", "-y", "--no-install-recommends"}, packages...)...)
}

func (in *installer) apt(ctx context.Context, args ...string) error {
	fmt.Fprintln(in.out, "provide: apt-get", strings.Join(args, " "))
	cmd := exec.CommandContext(ctx, "apt-get", append([]string{"-o", "DPkg::Lock::Timeout=300"}, args...)...)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	cmd.Stdout, cmd.Stderr = in.out, in.out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("apt-get %s: %w", args[0], err)
	}
	return nil
}
