package core

import (
	"encoding/json"
	"testing"
	"time"
)

func TestIDsAreOrderedUniqueAndRepeatable(t *testing.T) {
	clock := &Clock{}
	clock.Freeze(time.Date(2026, 10, 20, 3, 0, 0, 0, time.UTC))
	a, b := SeededIDs(clock, "demo"), SeededIDs(clock, "demo")
	seen := map[ID]bool{}
	for range 1000 {
		x, y := a.New(), b.New()
		if x != y {
			t.Fatalf("two generators of one seed differ: %s, %s", x, y)
		}
		if !x.Valid() || seen[x] || x[14] != '7' {
			t.Fatalf("%s is not a fresh UUIDv7", x)
		}
		seen[x] = true
	}
	clock.Freeze(clock.Now().Add(time.Second))
	if later := a.New(); later <= b.New() && later[:8] < "0000" {
		t.Error("a later id sorts before an earlier one")
	}
	for _, bad := range []ID{"", "x", "../../etc", "01890a5d-ac96-774b-bcce-b302099a805"} {
		if bad.Valid() {
			t.Errorf("%q passes for an id", bad)
		}
	}
}

func TestClockCanBeMovedAndRunsOn(t *testing.T) {
	c := &Clock{}
	moved := 0
	c.OnMove(func() { moved++ })
	want := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
	c.Set(want)
	if d := c.Now().Sub(want); d < 0 || d > time.Minute {
		t.Errorf("clock stands %v from where it was set", d)
	}
	c.Freeze(want)
	if !c.Now().Equal(want) || moved != 2 {
		t.Errorf("frozen clock shows %v after %d moves", c.Now(), moved)
	}
}

// E095: one instant, shown in any zone; stored to the microsecond, the same back.
func TestInstantKeepsItsMoment(t *testing.T) {
	in, err := WallTime("2023-10-11", "14:00", "Asia/Tokyo")
	if err != nil || in.String() != "2023-10-11T05:00:00Z" {
		t.Fatalf("14:00 in Kyoto is %v, %v", in, err)
	}
	v, _ := in.Value()
	var back Instant
	if err := back.Scan(v); err != nil || !back.Time().Equal(in.Time()) {
		t.Errorf("from the database came %v, %v", back, err)
	}
	b, _ := json.Marshal(in)
	if err := json.Unmarshal(b, &back); err != nil || back != in {
		t.Errorf("from JSON came %v, %v", back, err)
	}
	var none Instant
	if v, _ := none.Value(); v != nil {
		t.Error("no moment must be NULL")
	}
}

// The hour that is lost when summer begins is refused; of the hour that comes twice
// the first is meant.
func TestWallTimeAcrossDaylightSaving(t *testing.T) {
	if _, err := WallTime("2026-03-29", "02:30", "Europe/Zurich"); err == nil {
		t.Error("02:30 on the day when the clocks go forward was taken")
	}
	in, err := WallTime("2026-10-25", "02:30", "Europe/Zurich")
	if err != nil || in.String() != "2026-10-25T00:30:00Z" {
		t.Errorf("the first 02:30 is %v, %v", in, err)
	}
	for _, bad := range [][3]string{
		{"2026-13-01", "10:00", "UTC"}, {"2026-10-01", "25:00", "UTC"}, {"", "", "UTC"}, {"2026-10-01", "10:00", "Mars/Olympus"}, {"2026-10-01", "10:00", "Local"},
	} {
		if _, err := WallTime(bad[0], bad[1], bad[2]); KindOf(err) != KindInvalid {
			t.Errorf("%v: %v, want an invalid input", bad, err)
		}
	}
}

func TestTextFallsBackHonestly(t *testing.T) {
	x := NewText("fr", "Bonjour").With("en", "Hello")
	for lang, want := range map[string][2]string{"en": {"Hello", "en"}, "fr": {"Bonjour", "fr"}, "ar": {"Bonjour", "fr"}} {
		if s, really := x.In(lang); s != want[0] || really != want[1] {
			t.Errorf("in %s: %q (%s), want %v", lang, s, really, want)
		}
	}
	if gone := x.With("fr", " "); gone.Orig != "en" || gone.String() != "Hello" {
		t.Errorf("without its original the text is %+v", gone)
	}
	clean := Text{Orig: "xx", By: map[string]string{"en": " a ", "xx": "b", "ru": ""}}.Clean()
	if clean.Orig != "en" || clean.By["en"] != "a" || len(clean.By) != 1 {
		t.Errorf("cleaned: %+v", clean)
	}
	v, _ := x.Value()
	var back Text
	if err := back.Scan(v); err != nil || !back.Equal(x) {
		t.Errorf("from the database came %+v, %v", back, err)
	}
}

func TestPolicyAnswersWithTheRightError(t *testing.T) {
	p := Policy{Subject: "thing", States: []string{"draft", "public"}, Rules: []Rule{
		{Action: "see", Roles: Everybody, States: []string{"public"}},
		{Action: "see", Roles: Staff},
		{Action: "edit", Roles: Staff},
	}}
	for _, c := range []struct {
		action, state string
		role          Role
		want          Kind
	}{
		{"see", "public", RoleVisitor, ""},
		{"see", "draft", RoleVisitor, KindNotFound},
		{"edit", "draft", RoleVisitor, KindNotFound},
		{"edit", "draft", RoleMember, KindNotFound},
		{"edit", "public", RoleVisitor, KindSignIn},
		{"edit", "public", RoleMember, KindForbidden},
		{"edit", "draft", RoleSecretariat, ""},
	} {
		err := p.Check(c.action, c.state, c.role)
		if (err == nil) != (c.want == "") || (err != nil && KindOf(err) != c.want) {
			t.Errorf("%s %s a thing in %s: %v, want %q", c.role, c.action, c.state, err, c.want)
		}
	}
}

func TestGrantsHoldInTheirScope(t *testing.T) {
	a := Actor{Account: "x", Grants: []Grant{{RoleEditor, "ed1"}}}
	if !a.Has(RoleEditor, "ed1") || a.Has(RoleEditor, "ed2") || a.Staff("ed1") {
		t.Error("a grant in one edition must hold there and only there")
	}
	if Visitor.Has(RoleEditor, "ed1") || !Operator.Has(RoleSecretariat, "ed1") {
		t.Error("visitors have no grants, the operator has all")
	}
}

func TestCursorRefusesWhatItDidNotMake(t *testing.T) {
	var n int64
	var s string
	if err := ReadCursor(Cursor(int64(7), "b"), &n, &s); err != nil || n != 7 || s != "b" {
		t.Errorf("read back %d %q %v", n, s, err)
	}
	for _, bad := range []string{"", "%%%", "WzFd", "bm9wZQ"} {
		if err := ReadCursor(bad, &n, &s); KindOf(err) != KindInvalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestValidateLooksIntoRowsAndLanguages(t *testing.T) {
	type row struct {
		Name string `form:"name" required:"1" max:"5"`
	}
	in := struct {
		Title Text   `form:"title" required:"1" max:"3"`
		Rows  []row  `form:"rows"`
		Free  string `form:"free"`
	}{Title: NewText("en", "ok").With("fr", "trop long"), Rows: []row{{"fine"}, {""}, {"too long"}}}
	got := Validate(&in)
	want := []string{"title form.too_long", "rows[1].name form.required", "rows[2].name form.too_long"}
	if len(got) != len(want) {
		t.Fatalf("%d problems, want %d: %v", len(got), len(want), got)
	}
	for i, w := range want {
		if got[i].Path+" "+got[i].Key != w {
			t.Errorf("problem %d is %s %s, want %s", i, got[i].Path, got[i].Key, w)
		}
	}
}
