package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"time"

	"plenary/internal/platform/backup"
)

// backups measures backup and restore of the whole demo on each database, as the program is
// called: time, and the most memory that it held. Reference: the database's file read and
// written once, to the disk.
func backups(ctx context.Context, dir string) error {
	bin, err := build(ctx, dir)
	if err != nil {
		return err
	}
	data := filepath.Join(dir, "backed-up")
	if _, _, err := called(ctx, bin, "demo", "--no-serve", "--scale", "full", "--data", data); err != nil {
		return err
	}
	type end struct{ name, address string }
	ends := []end{{"SQLite", "sqlite:" + filepath.Join(data, "plenary.db")}}
	if pg := os.Getenv("PLENARY_TEST_POSTGRES"); pg != "" {
		address, drop, err := freshPostgres(ctx, pg)
		if err != nil {
			return err
		}
		defer drop()
		ends = append(ends, end{"PostgreSQL", address})
	} else {
		fmt.Fprintln(os.Stderr, "bench: no PostgreSQL: set PLENARY_TEST_POSTGRES, or run make bench")
	}
	file := filepath.Join(dir, "first.backup")
	if _, _, err := called(ctx, bin, "backup", "-q", "--data", data, file); err != nil {
		return err
	}
	size, rows, err := contents(ctx, file)
	if err != nil {
		return err
	}
	copied, whole, err := copying(filepath.Join(data, "plenary.db"), filepath.Join(dir, "copied.db"))
	if err != nil {
		return err
	}
	fmt.Printf("## Backup and restore\n\nThe whole demo: %d rows, %.1f MB as an SQLite file, which takes %.0f ms to be copied to the disk; %.1f MB as a backup. Medians of three, with the start of the program; without building the search index.\n\n",
		rows, float64(whole)/1e6, copied.Seconds()*1000, float64(size)/1e6)
	fmt.Println("| | seconds | rows a second | most memory, MB |\n|---|---:|---:|---:|")
	line := func(what string, prepare func() error, args ...string) error {
		var took []time.Duration
		var most int64
		for range 3 {
			if prepare != nil {
				if err := prepare(); err != nil {
					return err
				}
			}
			d, m, err := called(ctx, bin, args...)
			if err != nil {
				return err
			}
			took, most = append(took, d), max(most, m)
		}
		slices.Sort(took)
		fmt.Printf("| %s | %.2f | %.0f | %.0f |\n", what, took[1].Seconds(), float64(rows)/took[1].Seconds(), float64(most)/1024)
		return nil
	}
	if err := line("verify", nil, "restore", "-q", "--verify", file); err != nil {
		return err
	}
	to := filepath.Join(dir, "restored")
	for _, from := range ends {
		if from.name == "PostgreSQL" {
			if err := line("restore into PostgreSQL", nil, "restore", "-q", "--no-index", "--replace", "--data", to, "--database", from.address, file); err != nil {
				return err
			}
		}
		source := []string{"backup", "-q", "--replace", "--database", from.address, "--data", data, filepath.Join(dir, "again.backup")}
		if err := line("backup of "+from.name, nil, source...); err != nil {
			return err
		}
	}
	if err := line("restore into SQLite", func() error { return os.RemoveAll(to) }, "restore", "-q", "--no-index", "--data", to, file); err != nil {
		return err
	}
	fmt.Println()
	return nil
}

// called runs the program and says how long it took and the most memory it held, in KB.
func called(ctx context.Context, bin string, args ...string) (time.Duration, int64, error) {
	c := exec.CommandContext(ctx, bin, args...)
	c.Stderr = os.Stderr
	began := time.Now()
	if err := c.Run(); err != nil {
		return 0, 0, fmt.Errorf("plenary %s: %w", args[0], err)
	}
	took := time.Since(began)
	var most int64
	if usage := reflect.Indirect(reflect.ValueOf(c.ProcessState.SysUsage())); usage.IsValid() {
		if f := usage.FieldByName("Maxrss"); f.IsValid() { // not on Windows
			most = f.Int()
		}
	}
	return took, most, nil
}

func contents(ctx context.Context, file string) (size, rows int64, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = f.Close() }()
	c, err := backup.Read(ctx, f, nil, nil)
	if err != nil {
		return 0, 0, err
	}
	return c.Packed, c.Manifest.Rows(), nil
}

// copying copies a file to the disk.
func copying(from, to string) (time.Duration, int64, error) {
	began := time.Now()
	in, err := os.Open(from)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(to)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = out.Close() }()
	n, err := io.Copy(out, in)
	if err != nil {
		return 0, 0, err
	}
	if err := out.Sync(); err != nil {
		return 0, 0, err
	}
	return time.Since(began), n, nil
}
