// Package opinioncsv reads conversations of short statements with votes, as programs
// of the family of Polis export them: a folder with participants-votes.csv (a row per
// participant, a column per statement), comments.csv (the statements) and, where they
// are there, votes.csv and group-votes.csv. 1 agrees, -1 disagrees, 0 passes; an empty
// cell is no vote.
package opinioncsv

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Conversation is what was read.
type Conversation struct {
	Participants []Participant
	Statements   []Statement
}

// Participant is one row of the matrix.
type Participant struct {
	ID    string
	Group int // as published; NoGroup where none is
	Votes []Vote
}

// NoGroup is the group of a participant who was not placed.
const NoGroup = -1

// Vote is one cell: the index of the statement, and 1, 0 or -1.
type Vote struct{ Statement, Value int }

// Statement is one column.
type Statement struct {
	ID        string
	Body      string
	Moderated int      // 1 accepted, 0 not looked at, -1 rejected
	Consensus *float64 // group-aware consensus as published, where it is
}

// Error names the file and line that cannot be read.
type Error struct {
	File string
	Line int
	Why  string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.File + ": " + e.Why
	}
	return fmt.Sprintf("%s, line %d: %s", e.File, e.Line, e.Why)
}

const mostCells = 20_000_000

// Read reads a folder. Its error is an *Error, or that of the file system.
func Read(dir fs.FS) (*Conversation, error) {
	b, err := fs.ReadFile(dir, "participants-votes.csv")
	if err != nil {
		return nil, fmt.Errorf("read votes: %w", err)
	}
	c, err := Matrix(strings.NewReader(string(b)))
	if err != nil {
		return nil, err
	}
	if err := optional(dir, "comments.csv", c.comments); err != nil {
		return nil, err
	}
	return c, optional(dir, "group-votes.csv", c.consensus)
}

func optional(dir fs.FS, name string, read func(io.Reader) error) error {
	f, err := dir.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	return read(f)
}

// head are the columns of the matrix that are no statements.
var head = []string{"participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", "xid"}

// Matrix reads participants-votes.csv alone.
func Matrix(r io.Reader) (*Conversation, error) {
	const file = "participants-votes.csv"
	t, err := open(file, r)
	if err != nil {
		return nil, err
	}
	if t.at("participant") < 0 {
		return nil, &Error{file, 1, "there is no column “participant”"}
	}
	c := &Conversation{}
	columns := map[int]int{} // of the file → statement
	for i, name := range t.columns {
		if slices.Contains(head, name) {
			continue
		}
		columns[i] = len(c.Statements)
		c.Statements = append(c.Statements, Statement{ID: name, Moderated: 1})
	}
	if len(c.Statements) == 0 {
		return nil, &Error{file, 1, "there are no columns of statements"}
	}
	group := t.at("group-id")
	for {
		row, line, err := t.next()
		if errors.Is(err, io.EOF) {
			return c, nil
		}
		if err != nil {
			return nil, err
		}
		p := Participant{ID: row[t.at("participant")], Group: NoGroup}
		if group >= 0 && row[group] != "" {
			if p.Group, err = strconv.Atoi(row[group]); err != nil || p.Group < 0 {
				return nil, &Error{file, line, fmt.Sprintf("group %q is no number", row[group])}
			}
		}
		for i, cell := range row {
			s, ok := columns[i]
			if !ok || cell == "" {
				continue
			}
			v, err := strconv.Atoi(strings.TrimSuffix(cell, ".0"))
			if err != nil || v < -1 || v > 1 {
				return nil, &Error{file, line, fmt.Sprintf("vote %q on statement %s is none of 1, 0 and -1", cell, c.Statements[s].ID)}
			}
			p.Votes = append(p.Votes, Vote{s, v})
		}
		slices.SortFunc(p.Votes, func(a, b Vote) int { return a.Statement - b.Statement })
		if c.Participants = append(c.Participants, p); len(c.Participants)*len(c.Statements) > mostCells {
			return nil, &Error{file, line, "the matrix is too large"}
		}
	}
}

func (c *Conversation) statement(id string) *Statement {
	for i := range c.Statements {
		if c.Statements[i].ID == id {
			return &c.Statements[i]
		}
	}
	return nil
}

func (c *Conversation) comments(r io.Reader) error {
	const file = "comments.csv"
	t, err := open(file, r)
	if err != nil {
		return err
	}
	id, body, moderated := t.at("comment-id"), t.at("comment-body"), t.at("moderated")
	if id < 0 || body < 0 {
		return &Error{file, 1, "it needs the columns “comment-id” and “comment-body”"}
	}
	for {
		row, line, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		s := c.statement(row[id])
		if s == nil {
			continue // nobody could vote on it
		}
		s.Body = row[body]
		if moderated >= 0 {
			if s.Moderated, err = strconv.Atoi(row[moderated]); err != nil {
				return &Error{file, line, fmt.Sprintf("moderated is %q, not 1, 0 or -1", row[moderated])}
			}
		}
	}
}

func (c *Conversation) consensus(r io.Reader) error {
	const file = "group-votes.csv"
	t, err := open(file, r)
	if err != nil {
		return err
	}
	id, value := t.at("comment-id"), t.at("group_aware_consensus")
	if id < 0 || value < 0 {
		return nil // an older form without it
	}
	for {
		row, line, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		x, err := strconv.ParseFloat(row[value], 64)
		if err != nil {
			return &Error{file, line, fmt.Sprintf("consensus %q is no number", row[value])}
		}
		if s := c.statement(row[id]); s != nil {
			s.Consensus = &x
		}
	}
}

// sheet is one file with a head row.
type sheet struct {
	file    string
	r       *csv.Reader
	columns []string
}

func open(file string, r io.Reader) (*sheet, error) {
	t := &sheet{file: file, r: csv.NewReader(r)}
	row, err := t.r.Read()
	if err != nil {
		return nil, &Error{file, 1, "there is no head row"}
	}
	for _, name := range row {
		t.columns = append(t.columns, strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")))
	}
	return t, nil
}

func (t *sheet) at(name string) int { return slices.Index(t.columns, name) }

func (t *sheet) next() (row []string, line int, err error) {
	row, err = t.r.Read()
	if errors.Is(err, io.EOF) {
		return nil, 0, err
	}
	if bad, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, 0, &Error{t.file, bad.Line, bad.Err.Error()}
	}
	if err != nil {
		return nil, 0, &Error{t.file, 0, err.Error()}
	}
	line, _ = t.r.FieldPos(0)
	for i := range row {
		row[i] = strings.TrimSpace(row[i])
	}
	return row, line, nil
}
