//go:build !linux

package db

import "syscall"

// userTimeout: the probes of the connection have to do.
func userTimeout(string, string, syscall.RawConn) error { return nil }
