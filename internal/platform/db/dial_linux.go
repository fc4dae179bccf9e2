package db

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// userTimeout gives a connection up whose other end confirms nothing any more.
func userTimeout(network, _ string, c syscall.RawConn) error {
	if network == "unix" {
		return nil
	}
	var failed error
	if err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(silentFor.Milliseconds()))
	}); err != nil {
		return err
	}
	return failed
}
