package pgserver

import (
	"os"
	"os/exec"
)

func quit(p *os.Process) { _ = p.Kill() }

func alive(pid int) bool {
	_, err := os.FindProcess(pid)
	return err == nil
}

type account struct{}

func serverUser() (account, error) { return account{}, nil }

func (account) give(...string) error { return nil }

func (account) run(*exec.Cmd) {}

func clusterBase() string { return os.TempDir() }
