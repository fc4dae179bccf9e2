package cosplib

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plenary/internal/solve/search"
	"plenary/internal/testkit"
)

const small = `{
"instance": "small",
"submissions": [
  {"ref": "a", "track": "T", "slots": 1, "order": 1, "tz": "GMT+1", "presenters": ["Ada"], "session_penalty": {"S": 2}},
  {"ref": "b", "track": "U", "slots": 2, "room_penalty": {"R": 1}}
],
"tracks": [{"id": "T", "chairs": ["Eve"]}, {"id": "U"}],
"sessions": [{"id": "S", "max_slots": 2, "start": "09:00", "end": "10:30"}, {"id": "Z", "max_slots": 1}],
"rooms": ["R", "Q"],
"tracks_sessions_penalty": {"T": {"S": 4}},
"similar_tracks": {"T": {"U": 1}},
"weights": {"similar_tracks": 3, "submissions_rooms": -1}
}`

// altered replaces one stretch of the small instance.
func altered(t testing.TB, from, to string) string {
	t.Helper()
	if !strings.Contains(small, from) {
		t.Fatalf("the instance holds no %s", from)
	}
	return strings.Replace(small, from, to, 1)
}

func TestReadInstance(t *testing.T) {
	p, err := ReadInstance([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if p.Submissions[0].Session[0] != 2 || p.Submissions[1].Room[0] != 1 || p.Submissions[0].Zone != 60 || p.Tracks[0].Session[0] != 4 ||
		p.Similar[0][1] != 1 || p.Sessions[0].End != 630 || p.Weights.on(SubmissionsRooms) != 0 || p.Weights.on(SimilarTracks) != 3 {
		t.Errorf("%+v", p)
	}
}

func TestReadInstanceErrors(t *testing.T) {
	for _, x := range [][3]string{
		{`"instance": "small"`, `"instance": ""`, "line 2: instance: the name is empty"},
		{`"track": "T", `, `"track": "X", `, `line 4: submissions[0].track: there is no track "X"`},
		{`"track": "T", `, ``, `line 4: submissions[0]: "track" is missing`},
		{`"slots": 2`, `"slots": 0`, "line 5: submissions[1].slots: 0 is no whole number from 1 to 1000"},
		{`"slots": 2`, `"slots": 1.5`, "line 5: submissions[1].slots: 1.5 is no whole number"},
		{`"slots": 2`, `"slots": "2"`, "line 5: submissions[1].slots: there is a text where a number should stand"},
		{`"slots": 2`, `"slots": 2, "slots": 2`, `line 5: "slots" stands twice`},
		{`"ref": "b"`, `"ref": "a"`, `line 5: submissions[1].ref: "a" is the id of number 0 of the list already`},
		{`{"S": 2}`, `{"Y": 2}`, `line 4: submissions[0].session_penalty: there is no session "Y"`},
		{`{"S": 2}`, `{"S": -2}`, `line 4: submissions[0].session_penalty["S"]: -2 is no whole number from 0`},
		{`{"R": 1}`, `["R"]`, "line 5: submissions[1].room_penalty: there is a list where an object should stand"},
		{`"GMT+1"`, `"GMT+25"`, `line 4: submissions[0].tz: "GMT+25" is no zone`},
		{`"GMT+1"`, `"Europe/Berlin"`, `line 4: submissions[0].tz: "Europe/Berlin" is no zone`},
		{`"10:30"`, `"24:30"`, `line 8: sessions[0].end: "24:30" is no time`},
		{`"max_slots": 1`, `"max_slots": null`, "line 8: sessions[1].max_slots: there is null where a number should stand"},
		{`["R", "Q"]`, `["R", "R"]`, `line 9: rooms[1]: "R" is the id of number 0`},
		{`{"T": {"S": 4}}`, `{"V": {"S": 4}}`, `line 10: tracks_sessions_penalty: there is no track "V"`},
		{`{"T": {"U": 1}}`, `{"T": {"U": 1e3}}`, `line 11: similar_tracks["T"]["U"]: 1e3 is no whole number`},
		{`"similar_tracks": 3`, `"similar": 3`, `line 12: weights: there is no field "similar"`},
		{`"similar_tracks": 3`, `"submissions_timezones": 3`, `"time_zone_windows" is missing, and its term has a weight`},
		{`"rooms": ["R", "Q"],`, ``, `"rooms" is missing`},
		{`"rooms"`, `"room"`, `line 1: "rooms" is missing`},
		{"}\n]", "}\n", "line 7: invalid character"},
		{"-1}\n}", "-1}\n", "line 13: the file ends too early"},
		{"-1}\n}", "-1}\n} {}", "line 13: something stands behind the end"},
		{small, `[]`, "line 1: there is a list where an object should stand"},
		{small, ``, "line 1: the file ends too early"},
	} {
		_, err := ReadInstance([]byte(altered(t, x[0], x[1])))
		if err == nil || !strings.Contains(err.Error(), x[2]) || !strings.HasPrefix(err.Error(), "line ") {
			t.Errorf("%s instead of %.40s: %v, want %s", x[1], x[0], err, x[2])
		}
	}
}

func TestReadSolutionErrors(t *testing.T) {
	p, err := ReadInstance([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	const good = `{"instance": "small", "cells": [` + "\n" + `{"session": "S", "room": "Q", "track": "T", "slots": ["a", null]}]}`
	if _, _, err := p.ReadSolution([]byte(good)); err != nil {
		t.Error(err)
	}
	for _, x := range [][3]string{
		{`"small"`, `"large"`, `line 1: instance: the solution is one of "large", not of "small"`},
		{`"S"`, `"X"`, `line 2: cells[0].session: there is no session "X"`},
		{`"Q"`, `null`, `line 2: cells[0].room: there is null where a text should stand`},
		{`"T"`, `"X"`, `line 2: cells[0].track: there is no track "X"`},
		{`"a"`, `"x"`, `line 2: cells[0].slots[0]: there is no submission "x"`},
		{`, null`, ``, `line 2: cells[0].slots: 1 slots, and session "S" has 2`},
		{`]}]}`, `]},{"session": "S", "room": "Q", "track": null, "slots": [null, null]}]}`, `line 2: cells[1]: room "Q" of session "S" stands twice`},
	} {
		if _, _, err := p.ReadSolution([]byte(strings.Replace(good, x[0], x[1], 1))); err == nil || !strings.HasPrefix(err.Error(), x[2]) {
			t.Errorf("%s: %v, want %s", x[1], err, x[2])
		}
	}
}

// Whatever a file holds, it is an instance whose solution keeps what it must, or an error
// that names a line.
func FuzzReadInstance(f *testing.F) {
	f.Add([]byte(small))
	for _, x := range [][2]string{{"T", "U"}, {"1", "9"}, {`"S"`, `"Z"`}, {"[", "{"}, {"2", "1e9"}, {"GMT+1", "GMT-12"}} {
		f.Add([]byte(strings.ReplaceAll(small, x[0], x[1])))
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		p, err := ReadInstance(source)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") || strings.HasPrefix(err.Error(), "line 0") {
				t.Errorf("%q names no line", err)
			}
			return
		}
		if p.cells() > 60 || p.needed() > 60 || len(p.Tracks) > 20 {
			return
		}
		res := Solve(t.Context(), p, search.Options{Moves: 200})
		if !res.Score.Consistent || res.Score.Trackless > 0 || res.Score.Complete != (len(res.Out) == 0) || res.Score.Complete && res.Bound > res.Score.Total {
			t.Errorf("%d out, bound %d: %+v", len(res.Out), res.Bound, res.Score)
		}
		text, err := p.WriteSolution(res.Solution, "found", "")
		if err != nil {
			t.Fatal(err)
		}
		if _, claim, err := p.ReadSolution(text); err != nil || claim.Score.Total != res.Score.Total {
			t.Errorf("read again: %v, %d, want %d", err, claim.Score.Total, res.Score.Total)
		}
	})
}

// A solution's file is a solution, or an error that names a line.
func FuzzReadSolution(f *testing.F) {
	p, err := ReadInstance([]byte(small))
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"instance": "small", "kind": "found", "total": 4, "terms": {"tracks_rooms": {"count": 1}}, "cells": [{"session": "S", "room": "Q", "track": "T", "slots": ["a", null]}]}`))
	f.Add([]byte(`{"instance": "small", "cells": [{"session": "Z", "room": "R", "track": null, "slots": ["b"]}]}`))
	f.Fuzz(func(t *testing.T, source []byte) {
		x, claim, err := p.ReadSolution(source)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "line ") {
				t.Errorf("%q names no line", err)
			}
			return
		}
		text, err := p.WriteSolution(x, claim.Kind, claim.Note)
		if err != nil {
			t.Fatal(err)
		}
		y, _, err := p.ReadSolution(text)
		if err != nil || p.Evaluate(x) != p.Evaluate(y) {
			t.Errorf("read again: %v", err)
		}
	})
}

// Reading and writing what comes with the library loses nothing that counts.
func TestLibraryIsReadWhole(t *testing.T) {
	for name, want := range map[string][4]int{"N2OR": {35, 8, 4, 4}, "GECCO20": {158, 24, 7, 8}, "OR60F": {279, 45, 8, 23}, "ALLTERMS": {21, 6, 5, 4}} {
		p := instance(t, name)
		if got := [4]int{len(p.Submissions), len(p.Tracks), len(p.Sessions), len(p.Rooms)}; got != want || p.Name != name {
			t.Errorf("%s: %v, want %v", p.Name, got, want)
		}
		source, err := os.ReadFile(filepath.Join(testkit.Shared(t, "fixtures/timetabling"), name+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadInstance(bytes.ReplaceAll(source, []byte("\n"), []byte("\r\n"))); err != nil {
			t.Errorf("%s with other ends of lines: %v", name, err)
		}
	}
}
