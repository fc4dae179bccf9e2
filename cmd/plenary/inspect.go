package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"plenary/internal/formats/inspect"
	"plenary/internal/formats/schedule"
)

// inspectCmd prints what is read in a file. It needs no forum and changes nothing.
type inspectCmd struct {
	File string `arg:"" help:"The file; - reads standard input."`
	As   string `help:"What it is, where that is known: ${kinds}."`
	Zone string `help:"IANA zone of the venue, for files that name none: Asia/Tokyo."`
}

// Run prints JSON: kind, confidence, counts, everything that was found with its place,
// the findings, and what was not read.
func (i *inspectCmd) Run() error {
	var data []byte
	var err error
	name := filepath.Base(i.File)
	if i.File == "-" {
		data, err = io.ReadAll(os.Stdin)
	} else {
		data, err = os.ReadFile(i.File)
	}
	if err != nil {
		return err
	}
	r, err := inspect.Read(name, data, inspect.Options{As: i.As, Zone: i.Zone})
	if err != nil {
		if errors.Is(err, inspect.ErrRead) {
			return fmt.Errorf("%s %w", name, err)
		}
		return err
	}
	var mapping schedule.Mapping
	if r.Kind == string(schedule.Table) {
		heads, sample, err := schedule.Heads(name, data)
		if err != nil {
			return err
		}
		mapping = schedule.GuessMapping(heads, sample)
	}
	out, err := r.JSON(name, mapping)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(out)
	return err
}

func kinds() string { return strings.Join(inspect.Kinds(), ", ") }
