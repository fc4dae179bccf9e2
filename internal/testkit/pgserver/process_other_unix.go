//go:build unix && !linux

package pgserver

import (
	"os"
	"syscall"
)

func endWithParent(*syscall.SysProcAttr) {}

func clusterBase() string {
	if os.Geteuid() == 0 {
		return "/tmp" // the server's user may not enter a TMPDIR of root
	}
	return os.TempDir()
}
