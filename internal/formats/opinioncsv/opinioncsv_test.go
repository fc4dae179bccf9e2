package opinioncsv_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"plenary/internal/formats/opinioncsv"
	"plenary/internal/testkit"
)

// The published conversations are read with the numbers that they state themselves.
func TestPublished(t *testing.T) {
	for _, d := range []struct {
		name                                       string
		participants, statements, votes, ungrouped int
	}{
		{"brexit-consensus", 204, 50, 5303, 7},
		{"15-per-hour-seattle", 339, 54, 2872, 201},
		{"london.youth.policing", 26, 24, 355, 2},
	} {
		c, err := opinioncsv.Read(os.DirFS(testkit.Shared(t, "fixtures/opinion/"+d.name)))
		if err != nil {
			t.Fatalf("%s: %v", d.name, err)
		}
		votes, ungrouped := 0, 0
		for _, p := range c.Participants {
			votes += len(p.Votes)
			if p.Group == opinioncsv.NoGroup {
				ungrouped++
			}
		}
		if len(c.Participants) != d.participants || len(c.Statements) != d.statements || votes != d.votes || ungrouped != d.ungrouped {
			t.Errorf("%s: %d participants, %d statements, %d votes, %d without group", d.name, len(c.Participants), len(c.Statements), votes, ungrouped)
		}
		for _, s := range c.Statements {
			if s.Body == "" || s.Consensus == nil {
				t.Errorf("%s: statement %s lacks its words or its consensus", d.name, s.ID)
			}
		}
	}
}

// What cannot be read is named with file and line.
func TestBad(t *testing.T) {
	for _, d := range []struct{ matrix, comments, want string }{
		{"", "", "participants-votes.csv, line 1: there is no head row"},
		{"participant,group-id\n1,0\n", "", "line 1: there are no columns of statements"},
		{"participant,group-id,7\n1,0,2\n", "", `line 2: vote "2" on statement 7`},
		{"participant,group-id,7\n1,x,1\n", "", `line 2: group "x" is no number`},
		{"participant,group-id,7\n1,0\n", "", "line 2: wrong number of fields"},
		{"participant,group-id,7\n1,,1\n", "id,body\n", "comments.csv, line 1: it needs the columns"},
	} {
		dir := fstest.MapFS{"participants-votes.csv": {Data: []byte(d.matrix)}}
		if d.comments != "" {
			dir["comments.csv"] = &fstest.MapFile{Data: []byte(d.comments)}
		}
		_, err := opinioncsv.Read(dir)
		if _, ok := errors.AsType[*opinioncsv.Error](err); !ok || !strings.Contains(err.Error(), d.want) {
			t.Errorf("%q: %v, want %s", d.matrix, err, d.want)
		}
	}
}

func FuzzMatrix(f *testing.F) {
	f.Add("participant,group-id,n-votes,0,1\n0,1,2,1,-1\n1,,1,,0\n")
	f.Add("\ufeffparticipant,0\n\"a\nb\",1.0\n")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := opinioncsv.Matrix(strings.NewReader(s))
		if err != nil {
			if _, ok := errors.AsType[*opinioncsv.Error](err); !ok {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		for _, p := range c.Participants {
			for _, v := range p.Votes {
				if v.Value < -1 || v.Value > 1 || v.Statement < 0 || v.Statement >= len(c.Statements) {
					t.Fatalf("impossible vote %+v", v)
				}
			}
		}
	})
}
