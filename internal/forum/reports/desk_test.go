package reports_test

import (
	"context"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/reports"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

const captions = `WEBVTT

00:00:05.000 --> 00:00:09.000
<v Salma Reeve>Welcome to this session on the reading of rivers.

00:41:07.000 --> 00:41:15.000
<v Salma Reeve>A gauge that nobody owns is a gauge that nobody repairs.
`

// E128, E130, P19: takeaways and calls are pinned to moments, people and organisations;
// pins survive edits of the words and are told as "said at … by …".
func TestPins(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 12:20")
		in := filled()
		in.Desk, in.Notes = true, "Salma was very clear about repair."
		in.Takeaways[0].Times, in.Takeaways[0].Who = "0:41:09\n00:50:00", []string{string(h.speaker.Person)}
		in.Calls[0].Org, in.Calls[0].To = "sahel networks", nil
		in.Calls = append(in.Calls, reports.CallInput{Text: en("Fund the repair of gauges."), Org: "Friends of the Delta"})
		v, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, in, true)
		h.ok(err)
		form, err := h.s.DeskInput(t.Context(), h.rapporteur, x, *v.Draft)
		h.ok(err)
		if form.Takeaways[0].Times != "00:41:09\n00:50:00" || form.Notes != in.Notes {
			t.Errorf("before there is a transcript the form holds %+v", form)
		}
		if c := form.Calls; len(c[0].Orgs) != 1 || c[0].Orgs[0] != string(h.org) || c[1].ToAs != "Friends of the Delta" || len(c[1].Orgs) != 0 {
			t.Errorf("addressees: %+v", form.Calls)
		}

		// The transcript comes; the next saving ties the times to it.
		h.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := h.floor.ImportTx(ctx, tx, h.set, x, floor.ImportInput{
				Name: "a.vtt", Data: []byte(captions), Language: "en", Original: true, Source: floor.SourceHuman, Checked: true,
				Speakers: []floor.SpeakerChoice{{Label: "Salma Reeve", Person: h.speaker.Person}},
			})
			return err
		})
		form.Takeaways[0].Text = en("Gauges that villages own are still read and repaired after ten years.")
		v, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, form, false)
		h.ok(err)
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Takeaways, "")
		h.ok(err)
		pub, err := h.s.Published(t.Context(), h.set.ID)
		h.ok(err)
		pts := pub[x.ID]
		if len(pts) != 3 || len(pts[0].Sources) != 2 || pts[0].Sources[0].Kind != floor.SourceSegment || len(pts[0].Times) != 0 {
			t.Fatalf("published: %+v", pts)
		}
		pins, err := h.s.Pins(t.Context(), core.Visitor, pts, map[core.ID][]programmeRole{x.ID: x.Roles})
		h.ok(err)
		p := pins[pts[0].Ref]
		if len(p) != 1 || p[0].Time != "00:41:07" || p[0].Speaker != "Salma Reeve" || p[0].Role != "speaker" || !strings.Contains(p[0].Path, x.Path()+"/transcript#t=00:41:07") {
			t.Errorf("pins: %+v", p)
		}

		// A correction by a caller that knows nothing of pins keeps them.
		revs, err := h.docs.Published(t.Context(), v.Report.Document)
		h.ok(err)
		plain := filled()
		plain.Version, plain.Note = revs[v.Report.Document].Version, "A word was wrong."
		plain.Takeaways[0].Para, plain.Takeaways[0].Text = pts[0].Para, en("Gauges that villages own are still read and mended after ten years.")
		_, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, plain, false)
		h.ok(err)
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Takeaways, "A word was wrong.")
		h.ok(err)
		pub, err = h.s.Published(t.Context(), h.set.ID)
		h.ok(err)
		if got := pub[x.ID][0]; len(got.Sources) != 2 {
			t.Errorf("the correction lost pins: %+v", got)
		}

		bad := form
		bad.Takeaways[0].Times, bad.Takeaways[0].Papers = "later", "/papers/none#p1"
		_, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, bad, false)
		h.is(err, core.KindInvalid)
	})
}

// A colleague who saved first is not overwritten: neither the text nor the private notes.
func TestStaleEdits(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 12:20")
		in := filled()
		in.Desk, in.Notes = true, "Mine"
		v, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, in, true)
		h.ok(err)
		first, err := h.s.DeskInput(t.Context(), h.rapporteur, x, *v.Draft)
		h.ok(err)
		second := first
		second.Takeaways = append([]reports.TakeawayInput{}, first.Takeaways...)
		second.Takeaways[0].Text = en("Theirs.")
		_, err = h.s.SaveTakeaways(t.Context(), h.organiser, h.set, x, second, false)
		h.ok(err)
		first.Takeaways[0].Text = en("Mine again.")
		_, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, first, true)
		h.is(err, core.KindStale)
		e := err.(*core.Error) //nolint:errorlint // the kind was looked at
		if cur, ok := e.Current.(reports.TakeawaysInput); !ok || cur.Takeaways[0].Text.String() != "Theirs." || cur.Notes != "Mine" {
			t.Errorf("what stands now is %+v", e.Current)
		}
		cur := e.Current.(reports.TakeawaysInput) //nolint:forcetypeassert // as above
		cur.Notes = "Changed elsewhere"
		_, err = h.s.SaveTakeaways(t.Context(), h.organiser, h.set, x, cur, true)
		h.ok(err)
		cur.Notes = "Mine, but late"
		_, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, cur, true)
		h.is(err, core.KindStale)
		events, err := h.rec.Events(t.Context(), record.Query{Internal: true, Page: core.Page{Limit: 20}})
		h.ok(err)
		saved := 0
		for _, ev := range events.Items {
			if ev.Kind == "report.saved" {
				saved++
			}
		}
		if saved != 1 {
			t.Errorf("%d savings by hand stand in the record, want 1", saved)
		}
	})
}

// A saving by hand after the program saved says so in the record, though the words are
// the same.
func TestSavingByHandIsRecorded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 12:20")
		in := filled()
		v, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, in, true)
		h.ok(err)
		in.Version, in.Takeaways[0].Text = v.Draft.Version, en("Other words than before.")
		v, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, in, true)
		h.ok(err)
		in.Version = v.Draft.Version
		_, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, in, false)
		h.ok(err)
		events, err := h.rec.Events(t.Context(), record.Query{Internal: true, Page: core.Page{Limit: 5}})
		h.ok(err)
		if events.Items[0].Kind != "report.saved" {
			t.Errorf("the record ends with %s", events.Items[0].Kind)
		}
	})
}

// Staff say what a report needs by the type of its session; what is missing is told
// before it is published, and stops it.
func TestRequiredParts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 12:20")
		settings, err := h.s.Settings(t.Context(), h.set.ID)
		h.ok(err)
		rules, err := h.s.Rules(t.Context(), h.set.ID)
		h.ok(err)
		in := reports.InputOfSettings(settings, rules)
		for i := range in.Rules {
			if in.Rules[i].Type == string(x.Type) {
				in.Rules[i].Takeaways, in.Rules[i].Calls, in.Rules[i].Card, in.Rules[i].Sections = 2, 1, true, true
			}
		}
		in.Licence = "CC0-1.0"
		h.is(h.s.Settle(t.Context(), h.organiser, h.set, in), core.KindForbidden)
		h.ok(h.s.Settle(t.Context(), staff, h.set, in))
		h.is(h.s.Settle(t.Context(), staff, h.set, in), core.KindStale)

		form := filled()
		form.Calls = nil
		v, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, form, false)
		h.ok(err)
		docs, err := h.docs.Load(t.Context(), v.Report.Document)
		h.ok(err)
		if docs[v.Report.Document].Licence != "CC0-1.0" {
			t.Errorf("its licence is %q", docs[v.Report.Document].Licence)
		}
		lacks, err := h.s.Lacking(t.Context(), x, reports.Takeaways, *v.Draft)
		h.ok(err)
		if len(lacks) != 3 || lacks[0].Path != "takeaways" || lacks[1].Path != "calls" || lacks[2].Path != "card" {
			t.Errorf("missing: %+v", lacks)
		}
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Takeaways, "")
		h.is(err, core.KindInvalid)
		form = filled()
		form.Version = v.Draft.Version
		form.Takeaways = append(form.Takeaways, reports.TakeawayInput{Text: en("A second one.")})
		_, err = h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, form, false)
		h.ok(err)
		_, err = h.s.SaveCard(t.Context(), h.rapporteur, h.set, x, reports.CardInput{How: reports.Uncounted})
		h.is(err, core.KindInvalid) // a reason is owed
		_, err = h.s.SaveCard(t.Context(), h.rapporteur, h.set, x, reports.CardInput{How: reports.Estimated, Onsite: "40", Online: "12", Women: "60"})
		h.is(err, core.KindInvalid) // more women than people
		_, err = h.s.SaveCard(t.Context(), h.rapporteur, h.set, x, reports.CardInput{How: reports.Estimated, Onsite: "40", Online: "12", Women: "25", Topic: reports.TopicPart})
		h.ok(err)
		if _, shown, err := h.s.CardOf(t.Context(), core.Visitor, x); err != nil || shown {
			t.Errorf("the card is public before the report: %v %v", shown, err)
		}
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Takeaways, "")
		h.ok(err)
		card, shown, err := h.s.CardOf(t.Context(), core.Visitor, x)
		h.ok(err)
		if !shown || card.Women != 25 || card.Men != reports.Unknown {
			t.Errorf("the public card is %+v", card)
		}

		full, err := h.s.SaveFull(t.Context(), h.rapporteur, h.set, x, reports.FullInput{Text: en("# Key issues\n\nOne.\n\n# Presentations\n\nTwo.\n\n# Discussion\n\n# Way forward\n\nFour.")}, false)
		h.ok(err)
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Full, "")
		h.is(err, core.KindInvalid) // nothing stands under Discussion
		_, err = h.s.SaveFull(t.Context(), h.rapporteur, h.set, x, reports.FullInput{Version: full.Draft.Version, Text: en("# Key issues\n\nOne.\n\n# Presentations\n\nTwo.\n\n# discussion\n\nThree.\n\n# Way forward\n\nFour.")}, false)
		h.ok(err)
		_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Full, "")
		h.ok(err)
	})
}

// A report is handed over by mail: whoever signs in with that address may write it, and
// nobody else; the programme does not change.
func TestHandOver(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 12:20")
		h.is(errOf(h.s.HandOver(t.Context(), h.speaker, h.set, x, reports.HandInput{Email: "lena@forum.example"})), core.KindNotFound)
		h.is(errOf(h.s.HandOver(t.Context(), h.rapporteur, h.set, x, reports.HandInput{})), core.KindInvalid)
		got, err := h.s.HandOver(t.Context(), h.rapporteur, h.set, x, reports.HandInput{Email: "Lena@forum.example", Note: "My train leaves."})
		h.ok(err)
		h.is(errOf(h.s.HandOver(t.Context(), h.rapporteur, h.set, x, reports.HandInput{Email: "lena@forum.example"})), core.KindConflict)
		if m := h.mails(); len(m) != 1 || !strings.Contains(m[0], "Ines Quell") {
			t.Errorf("sent %q", m)
		}
		lena := h.newAccount("lena@forum.example")
		other := h.newAccount("other@forum.example")
		_, err = h.s.SaveTakeaways(t.Context(), lena, h.set, x, filled(), false)
		h.is(err, core.KindNotFound) // not taken over yet
		h.is(h.s.Take(t.Context(), core.Visitor, h.set, x, got.ID), core.KindSignIn)
		h.is(h.s.Take(t.Context(), other, h.set, x, got.ID), core.KindNotFound)
		h.ok(h.s.Take(t.Context(), lena, h.set, x, got.ID))
		h.ok(h.s.Take(t.Context(), lena, h.set, x, got.ID)) // a link that is pressed twice
		_, err = h.s.SaveTakeaways(t.Context(), lena, h.set, x, filled(), false)
		h.ok(err)
		if again := h.load(x.Ref); len(again.Roles) != len(x.Roles) {
			t.Error("the programme has changed")
		}
		h.is(h.s.TakeBack(t.Context(), other, h.set, x, got.ID), core.KindNotFound)
		h.ok(h.s.TakeBack(t.Context(), h.rapporteur, h.set, x, got.ID))
		_, err = h.s.Publish(t.Context(), lena, h.set, x, reports.Takeaways, "")
		h.is(err, core.KindNotFound)

		// By an address that is not her main one.
		got, err = h.s.HandOver(t.Context(), h.rapporteur, h.set, x, reports.HandInput{Email: "lena.second@forum.example"})
		h.ok(err)
		h.is(h.s.Take(t.Context(), lena, h.set, x, got.ID), core.KindNotFound)
		h.ok(h.rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("INSERT INTO account_addresses (email_key, account, email, created) VALUES ('lena.second@forum.example', ?, 'lena.second@forum.example', 1)", lena.Account).Exec(ctx)
			return err
		}))
		h.ok(h.s.Take(t.Context(), lena, h.set, x, got.ID))

		// To a person of the session: at once.
		_, err = h.s.HandOver(t.Context(), h.organiser, h.set, x, reports.HandInput{Person: string(h.speaker.Person)})
		h.ok(err)
		_, err = h.s.Publish(t.Context(), h.speaker, h.set, x, reports.Takeaways, "")
		h.ok(err)
	})
}

// E134, P25: a report that is missing is told of its organiser and her organisation, and
// the figures count it once; the number of queries does not grow with the sessions.
func TestMissingAndPunctuality(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		in, late := h.session("Reading the rivers", "12:00"), h.session("Who owns a rain record", "12:00")
		h.session("A third one", "12:00")
		for _, c := range []struct {
			clock string
			n     int
		}{{"2026-03-03 13:50", 0}, {"2026-03-03 15:30", 1}} {
			x := in
			if c.n == 1 {
				x = late
			}
			h.freeze(c.clock)
			_, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, filled(), false)
			h.ok(err)
			_, err = h.s.Publish(t.Context(), h.rapporteur, h.set, x, reports.Takeaways, "")
			h.ok(err)
		}
		p, err := h.s.Punctuality(t.Context(), core.Visitor, h.set, reports.Takeaways)
		h.ok(err)
		if a := p.All; a.Owed != 3 || a.OnTime != 1 || a.Late != 1 || a.Missing != 1 || a.Median != 90 || len(p.ByType) != 1 || len(p.ByDay) != 1 {
			t.Errorf("punctuality: %+v", p)
		}
		q := reports.Question{Editions: []core.ID{h.set.ID}, Person: h.organiser.Person}
		owed, err := h.s.Missing(t.Context(), q)
		h.ok(err)
		if len(owed) != 0 {
			t.Errorf("full reports are owed before their limit: %+v", owed)
		}
		h.freeze("2026-03-20 00:01")
		for _, q := range []reports.Question{q, {Editions: q.Editions, Organisation: h.org}} {
			if owed, err = h.s.Missing(t.Context(), q); err != nil || len(owed) != 3 || !strings.HasSuffix(owed[0].Path, "/report/full/edit") {
				t.Errorf("owed: %+v, %v", owed, err)
			}
		}
		if owed, err = h.s.Missing(t.Context(), reports.Question{Editions: q.Editions, Person: h.speaker.Person}); err != nil || len(owed) != 0 {
			t.Errorf("a speaker owes %+v, %v", owed, err)
		}

		queries := func() int64 {
			ctx, n := db.WithCount(t.Context())
			lines, err := h.s.Board(ctx, staff, h.set, reports.Takeaways)
			h.ok(err)
			_, err = h.s.Chasing(ctx, staff, h.set, reports.Takeaways, lines)
			h.ok(err)
			return n.Load()
		}
		before := queries()
		for range 4 {
			h.freezeNow("2026-03-01 00:00", func() { h.session("One more", "12:00") })
		}
		queries() // what the programme keeps in memory is read anew
		if after := queries(); after > before {
			t.Errorf("the board took %d queries, with more sessions %d", before, after)
		}
	})
}

// A document of a report knows to whom drafts are shown: also to whom it was handed.
func TestWhoSeesADraft(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		h := newHouse(t, url)
		x := h.session("Reading the rivers", "12:00")
		h.freeze("2026-03-03 12:20")
		v, err := h.s.SaveTakeaways(t.Context(), h.rapporteur, h.set, x, filled(), false)
		h.ok(err)
		d := documents.Document{ID: v.Report.Document, Subject: x.ID}
		sees := func(a core.Actor) bool {
			ok, err := h.s.Guard(t.Context(), a, d)
			h.ok(err)
			return ok
		}
		if sees(core.Visitor) || sees(h.speaker) || !sees(h.rapporteur) {
			t.Error("drafts are shown to the wrong people")
		}
		_, err = h.s.HandOver(t.Context(), h.organiser, h.set, x, reports.HandInput{Person: string(h.speaker.Person)})
		h.ok(err)
		if !sees(h.speaker) {
			t.Error("whoever took over does not see the draft")
		}
	})
}
