// Package inspect reads a file of any kind that the formats know and tells what a
// reader saw in it. It is pure: the archive stages what it returns, and the command
// prints it.
package inspect

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"plenary/internal/formats/captions"
	"plenary/internal/formats/forumtext"
	"plenary/internal/formats/schedule"
)

// Options are what is known beside the file.
type Options struct {
	As      string           // a kind of Kinds; "" to find out
	Zone    string           // the venue's, for files that name none
	Mapping schedule.Mapping // columns of a table; nil to guess
}

// Reading is what was seen in a file: a document, a schedule or captions.
type Reading struct {
	Kind     string
	Document *forumtext.Document
	Schedule *schedule.Schedule
	Repairs  []schedule.Finding
	Captions *captions.File
}

// Errors of Read, wrapped.
var (
	ErrKind = errors.New("no such kind")
	ErrRead = errors.New("cannot be read")
)

var documents = []forumtext.Shape{
	forumtext.Outlines, forumtext.SessionPage, forumtext.SessionList, forumtext.Summary, forumtext.Report,
}

var schedules = []schedule.Format{
	schedule.FrabXML, schedule.FrabJSON, schedule.JSON2, schedule.Pretalx, schedule.Calendar, schedule.Table,
}

// groups are kinds that stand for several.
var groups = []string{"document", "schedule", "captions"}

// Kinds are all kinds that Options.As may name.
func Kinds() []string {
	out := slices.Clone(groups)
	for _, s := range documents {
		out = append(out, string(s))
	}
	for _, f := range schedules {
		out = append(out, string(f))
	}
	for _, k := range captions.Kinds {
		out = append(out, string(k))
	}
	return append(out, "calendar", "unknown")
}

// Read reads a file. A text of no known shape is a document of the kind "unknown" with
// everything unread. Errors: ErrKind; ErrRead with why.
func Read(name string, data []byte, opt Options) (*Reading, error) {
	as := strings.ToLower(strings.TrimSpace(opt.As))
	if as == "calendar" {
		as = string(schedule.Calendar)
	}
	switch {
	case as == "" && captions.Detect(name, data) != "":
		return readCaptions(name, data, "")
	case as == "captions" || slices.Contains(captions.Kinds, captions.Kind(as)):
		return readCaptions(name, data, as)
	case as == "":
		if asSchedule(name, data) {
			return readSchedule(name, data, "", opt)
		}
		r, err := readDocument(name, data, "")
		if err != nil || r.Document.Shape != forumtext.Unknown {
			return r, err
		}
		if s, err := readSchedule(name, data, "", opt); err == nil && len(s.Schedule.Events) > 0 && likely(s.Schedule) {
			return s, nil
		}
		// Only a text of no other shape is taken for one of speakers.
		if captions.Speaks(data) {
			if c, err := readCaptions(name, data, string(captions.Plain)); err == nil {
				return c, nil
			}
		}
		return r, nil
	case as == "schedule" || slices.Contains(schedules, schedule.Format(as)):
		return readSchedule(name, data, as, opt)
	case as == "document" || as == "unknown" || slices.Contains(documents, forumtext.Shape(as)):
		return readDocument(name, data, as)
	}
	return nil, fmt.Errorf("%w: %q (known: %s)", ErrKind, opt.As, strings.Join(Kinds(), ", "))
}

// asSchedule tells whether name or first bytes say that a file is a schedule.
func asSchedule(name string, data []byte) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".xml", ".json", ".jsonc", ".ics", ".ical", ".ifb", ".csv", ".tsv", ".xlsx":
		return true
	case ".txt", ".md", ".markdown", ".html", ".htm":
		return false
	}
	head := strings.TrimLeft(strings.TrimPrefix(string(data[:min(len(data), 2048)]), "\ufeff"), " \t\r\n")
	upper := strings.ToUpper(head)
	return strings.HasPrefix(head, "PK\x03\x04") || strings.HasPrefix(upper, "BEGIN:VCALENDAR") ||
		strings.HasPrefix(head, "{") || strings.HasPrefix(head, "[{") ||
		strings.HasPrefix(head, "<?xml") && !strings.Contains(strings.ToLower(head), "<html") || strings.HasPrefix(head, "<schedule")
}

// likely tells whether a text without any sign of it is really a table: its rows have
// titles and times.
func likely(s *schedule.Schedule) bool {
	if s.Format != schedule.Table {
		return true
	}
	timed := 0
	for _, e := range s.Events {
		if e.Start != "" || e.Date != "" {
			timed++
		}
	}
	return len(s.Events) > 1 && 2*timed > len(s.Events)
}

func readSchedule(name string, data []byte, as string, opt Options) (*Reading, error) {
	var s *schedule.Schedule
	var repairs []schedule.Finding
	var err error
	if opt.Mapping != nil || as == string(schedule.Table) {
		s, repairs, err = schedule.ReadTable(name, data, opt.Mapping, schedule.Options{Zone: opt.Zone})
	} else {
		s, repairs, err = schedule.Read(name, data, schedule.Options{Zone: opt.Zone})
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRead, err)
	}
	if as != "" && as != "schedule" && s.Format != schedule.Format(as) {
		return nil, fmt.Errorf("%w: it is %s, not %s", ErrRead, s.Format, as)
	}
	return &Reading{Kind: string(s.Format), Schedule: s, Repairs: repairs}, nil
}

func readCaptions(name string, data []byte, as string) (*Reading, error) {
	if as == "captions" {
		as = ""
	}
	f, err := captions.Read(name, data, captions.Options{Kind: captions.Kind(as)})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRead, err)
	}
	return &Reading{Kind: string(f.Kind), Captions: f}, nil
}

func readDocument(name string, data []byte, as string) (*Reading, error) {
	d, err := forumtext.ReadAs(name, data, forumtext.Shape(as))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRead, err)
	}
	return &Reading{Kind: string(d.Shape), Document: d}, nil
}
