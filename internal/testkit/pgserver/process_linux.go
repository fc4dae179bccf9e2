package pgserver

import (
	"os"
	"syscall"
)

// endWithParent ends the server even if this program is killed.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGQUIT }

// clusterBase prefers memory, when there is plenty: a fresh database is some hundred
// small files.
func clusterBase() string {
	const memory, plenty = "/dev/shm", 4 << 30
	var fs syscall.Statfs_t
	if err := syscall.Statfs(memory, &fs); err == nil && uint64(fs.Bsize)*fs.Bavail >= plenty {
		return memory
	}
	if os.Geteuid() == 0 {
		return "/tmp" // the server's user may not enter a TMPDIR of root
	}
	return os.TempDir()
}
