//go:build unix

package health

import "golang.org/x/sys/unix"

// diskFree is how many bytes may still be written to the disk of a folder.
func diskFree(folder string) (int64, bool) {
	var st unix.Statfs_t
	if err := unix.Statfs(folder, &st); err != nil {
		return 0, false
	}
	return int64(st.Bavail) * int64(st.Bsize), true //nolint:unconvert // the types differ between systems; no disk is that large
}
