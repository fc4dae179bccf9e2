package calls_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/platform/record"
)

// The window of a call is set by wall clocks and counts by instants: over zones and over
// the days on which clocks change. E050
func TestWindow(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		for _, tc := range []struct {
			zone, openDay, openTime, closeDay, closeTime string
			opens, closes                                string // UTC; or the field that is wrong
		}{
			{"UTC", "2023-04-17", "00:00", "2023-05-24", "23:59", "2023-04-17T00:00:00Z", "2023-05-24T23:59:00Z"},
			{"Asia/Tokyo", "2023-04-17", "00:00", "2023-05-24", "23:59", "2023-04-16T15:00:00Z", "2023-05-24T14:59:00Z"},
			{"America/New_York", "2023-03-11", "12:00", "2023-03-12", "12:00", "2023-03-11T17:00:00Z", "2023-03-12T16:00:00Z"}, // an hour is lost in between
			{"Europe/Paris", "2023-10-28", "12:00", "2023-10-29", "02:30", "2023-10-28T10:00:00Z", "2023-10-29T00:30:00Z"},     // 02:30 comes twice: the first
			{"Pacific/Kiritimati", "2023-05-01", "00:00", "2023-05-01", "00:01", "2023-04-30T10:00:00Z", "2023-04-30T10:01:00Z"},
			{"Asia/Kathmandu", "2023-05-01", "00:00", "2023-05-02", "00:00", "2023-04-30T18:15:00Z", "2023-05-01T18:15:00Z"},
			{"Europe/Paris", "2023-03-26", "02:30", "2023-03-27", "12:00", "", "open_day"}, // is skipped
			{"Europe/Paris", "2023-03-20", "02:30", "2023-03-26", "02:30", "", "close_day"},
			{"UTC", "2023-05-24", "23:59", "2023-05-24", "23:59", "", "close_day"},
			{"UTC", "2023-02-29", "00:00", "2023-05-24", "23:59", "", "open_day"},
			{"UTC", "2023-05-01", "00:00", "2023-05-24", "24:00", "", "close_day"},
			{"Kyoto", "2023-05-01", "00:00", "2023-05-24", "23:59", "", "zone"},
			{"Local", "2023-05-01", "00:00", "2023-05-24", "23:59", "", "zone"},
		} {
			c, err := h.Add(t.Context(), staff, h.input(func(in *calls.Input) {
				in.Zone, in.OpenDay, in.OpenTime, in.CloseDay, in.CloseTime = tc.zone, tc.openDay, tc.openTime, tc.closeDay, tc.closeTime
			}))
			if tc.opens == "" {
				is(t, tc.zone+" "+tc.closeDay, err, core.KindInvalid, "["+tc.closes+":")
				continue
			}
			if err != nil || c.Opens.String() != tc.opens || c.Closes.String() != tc.closes {
				t.Errorf("%s %s %s: %s to %s, %v", tc.zone, tc.openDay, tc.closeDay, c.Opens, c.Closes, err)
				continue
			}
			for at, want := range map[time.Duration]string{-time.Microsecond: calls.StateComing, 0: calls.StateOpen} {
				if got := c.State(c.Opens.Add(at)); got != want {
					t.Errorf("%s %v from its opening: %s", tc.zone, at, got)
				}
			}
			for at, want := range map[time.Duration]string{-time.Microsecond: calls.StateOpen, 0: calls.StateClosed} {
				if got := c.State(c.Closes.Add(at)); got != want {
					t.Errorf("%s %v from its end: %s", tc.zone, at, got)
				}
			}
			if again := calls.InputOf(c); again.OpenDay != tc.openDay || again.CloseTime != tc.closeTime || again.Zone != tc.zone {
				t.Errorf("the form of it says %+v", again)
			}
		}
	})
}

// Once a call was announced its end moves with a reason only, which everybody reads; it is
// not hidden again. The record names no address that was invited. E051
func TestMovingTheEnd(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.add(func(in *calls.Input) { in.Published = false })
		change := func(fn func(*calls.Input)) error {
			in := calls.InputOf(h.now(c))
			fn(&in)
			return h.Change(t.Context(), staff, c.ID, in)
		}
		is(t, "a draft moves freely", change(func(in *calls.Input) { in.CloseDay = "2023-05-20" }), "")
		is(t, "publish", change(func(in *calls.Input) { in.Published = true }), "")
		if got := h.now(c); got.FormVersion != 1 || got.Announced.IsZero() || got.State(h.rec.Clock.Instant()) != calls.StateComing {
			t.Errorf("published: %+v", got)
		}
		is(t, "without a reason", change(func(in *calls.Input) { in.CloseDay = "2023-05-24" }), core.KindInvalid, "[reason: calls.error.reason]")
		is(t, "with one", change(func(in *calls.Input) { in.CloseDay, in.Reason = "2023-05-24", " Holidays in many countries. " }), "")
		is(t, "other words need none", change(func(in *calls.Input) { in.About = en("Propose a workshop now.") }), "")
		is(t, "another zone is another end", change(func(in *calls.Input) { in.Zone = "Asia/Tokyo" }), core.KindInvalid, "reason")
		is(t, "hidden again", change(func(in *calls.Input) { in.Published = false }), core.KindInvalid, "[published: calls.error.announced]")
		is(t, "another kind is none", change(func(in *calls.Input) { in.Kind = calls.Booth }), "")
		is(t, "invite", change(func(in *calls.Input) {
			in.Audience, in.Invited = calls.ByMail, "Invited@Example.org\nsecond@example.org"
		}), "")
		is(t, "a bad address", change(func(in *calls.Input) { in.Invited = "nobody" }), core.KindInvalid, "[invited: mail.address.invalid]")
		h.clock.Freeze(time.Date(2023, 5, 25, 9, 0, 0, 0, time.UTC))
		is(t, "it is opened again", change(func(in *calls.Input) { in.CloseDay, in.Reason = "2023-05-31", "The form was out of reach." }), "")
		got := h.now(c)
		if got.Kind != calls.Workshop || got.State(h.rec.Clock.Instant()) != calls.StateOpen {
			t.Errorf("after all: %s %s", got.Kind, got.State(h.rec.Clock.Instant()))
		}
		moves, err := h.Moves(t.Context(), got)
		if err != nil || len(moves) != 2 || moves[1].Reason.String() != "Holidays in many countries." || moves[1].Was.String() != "2023-05-20T23:59:00Z" || moves[0].Now.String() != "2023-05-31T23:59:00Z" {
			t.Errorf("moves %+v, %v", moves, err)
		}
		kinds, data := h.events(true)
		if want := []string{"announced", "extended", "changed", "changed", "changed", "changed", "extended", "changed"}; !slices.Equal(kinds, want) {
			t.Errorf("public events %v", kinds)
		}
		if strings.Contains(strings.ToLower(data), "example.org") {
			t.Error("the record names who was invited")
		}
		old := calls.InputOf(got)
		old.Version--
		is(t, "an old form", h.Change(t.Context(), staff, c.ID, old), core.KindStale)
		is(t, "an old cancellation", h.Cancel(t.Context(), staff, c.ID, 1, "why"), core.KindStale)
		is(t, "without reason", h.Cancel(t.Context(), staff, c.ID, got.Version, "  "), core.KindInvalid, "reason")
		is(t, "not a draft", h.Discard(t.Context(), staff, c.ID, got.Version), core.KindConflict)
		is(t, "cancel", h.Cancel(t.Context(), staff, c.ID, got.Version, "The meeting moves."), "")
		is(t, "cancel twice", h.Cancel(t.Context(), staff, c.ID, got.Version+1, "The meeting moves."), core.KindConflict)
		is(t, "answer it", h.MayAnswer(t.Context(), stranger, h.now(c)), core.KindConflict, "not_open.cancelled")
	})
}

// Who may answer follows from the audience; who may run from the scope and the body. E053
func TestAudience(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		everyone := h.add()
		members := h.add(func(in *calls.Input) {
			in.Audience, in.BodyKinds = calls.OfBodies, []string{"advisory-group", "working-group"}
		})
		byMail := h.add(func(in *calls.Input) { in.Audience, in.Invited = calls.ByMail, "Invited@example.org" })
		h.clock.Freeze(time.Date(2023, 5, 1, 0, 0, 0, 0, time.UTC))
		further := h.add(func(in *calls.Input) { in.Audience, in.Invited = calls.ByMail, "further@example.org" })
		is(t, "invited by an address that is not hers", h.MayAnswer(t.Context(), h.invited, further), core.KindForbidden)
		is(t, "a second address", h.rec.Write(t.Context(), core.Operator, func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.NewRaw("INSERT INTO account_addresses (email_key, account, email, created) VALUES ('further@example.org', ?, 'further@example.org', 1)", h.invited.Account).Exec(ctx)
			return err
		}), "")
		is(t, "invited by her second address", h.MayAnswer(t.Context(), h.invited, further), "")
		for _, tc := range []struct {
			who                      string
			a                        core.Actor
			everyone, members, mails core.Kind
		}{
			{"a visitor", core.Visitor, core.KindSignIn, core.KindSignIn, core.KindSignIn},
			{"a stranger", stranger, "", core.KindForbidden, ""}, // has no account in the database
			{"a member", h.member, "", "", core.KindForbidden},
			{"the leader of a coalition", h.leader, "", core.KindForbidden, core.KindForbidden},
			{"who was invited", h.invited, "", core.KindForbidden, ""},
			{"staff, for others", staff, "", "", ""},
		} {
			is(t, tc.who+": everyone", h.MayAnswer(t.Context(), tc.a, everyone), tc.everyone)
			is(t, tc.who+": of bodies", h.MayAnswer(t.Context(), tc.a, members), tc.members)
			if tc.who != "a stranger" {
				is(t, tc.who+": by mail", h.MayAnswer(t.Context(), tc.a, byMail), tc.mails)
			}
		}
		h.clock.Freeze(everyone.Closes.Time())
		is(t, "too late", h.MayAnswer(t.Context(), stranger, everyone), core.KindConflict, "not_open.closed")
		is(t, "too late for a visitor too", h.MayAnswer(t.Context(), core.Visitor, everyone), core.KindConflict)

		own := h.input(func(in *calls.Input) {
			in.Edition, in.Body, in.Kind, in.Published = "", h.coalition.ID, calls.Consultation, false
		})
		_, err := h.Add(t.Context(), h.member, own)
		is(t, "a call of a coalition by another", err, core.KindForbidden)
		_, err = h.Add(t.Context(), core.Visitor, own)
		is(t, "by a visitor", err, core.KindSignIn)
		c, err := h.Add(t.Context(), h.leader, own)
		is(t, "by its coordinator", err, "")
		in := calls.InputOf(c)
		in.Title = en("Inputs to our paper")
		is(t, "others do not see the draft", h.Change(t.Context(), h.member, c.ID, in), core.KindNotFound)
		is(t, "a visitor is asked who she is", h.Change(t.Context(), core.Visitor, c.ID, in), core.KindSignIn)
		is(t, "its coordinator edits", h.Change(t.Context(), h.leader, c.ID, in), "")
		list, err := h.List(t.Context(), h.leader, calls.Filter{Body: h.coalition.ID})
		if err != nil || len(list) != 1 {
			t.Errorf("she lists %d, %v", len(list), err)
		}
		if list, err = h.List(t.Context(), h.member, calls.Filter{Body: h.coalition.ID}); err != nil || len(list) != 0 {
			t.Errorf("others list %d, %v", len(list), err)
		}
		_, err = h.Add(t.Context(), staff, h.input(func(in *calls.Input) { in.Body = "no-body" }))
		is(t, "a body that is none", err, core.KindNotFound)
		is(t, "discard", h.Discard(t.Context(), h.leader, c.ID, 2), "")
		_, err = h.Call(t.Context(), h.leader, c.Ref)
		is(t, "it is gone", err, core.KindNotFound)
	})
}

// Addresses of calls are theirs for ever and never given twice.
func TestRefs(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		for i, want := range []string{"2023-workshop", "2023-workshop-2", "2023-workshop-3"} {
			if c := h.add(); c.Ref != want || c.Path() != "/calls/"+want || c.Becomes != "workshop" {
				t.Errorf("call %d: %s becomes %s", i, c.Ref, c.Becomes)
			}
		}
		if c := h.add(func(in *calls.Input) { in.Edition, in.Kind = "", calls.Nomination }); c.Ref != "nomination" || c.Becomes != "" {
			t.Errorf("a call of the forum: %s %s", c.Ref, c.Becomes)
		}
		is(t, "session types", func() error {
			h.Types = func(_ context.Context, _ core.ID) ([]calls.Option, error) {
				return []calls.Option{{Code: "panel", Label: en("Panel")}}, nil
			}
			_, err := h.Add(t.Context(), staff, h.input(func(in *calls.Input) { in.Becomes = "circus" }))
			return err
		}(), core.KindInvalid, "becomes")
	})
}

// The usual form and rules of each kind hold what they promise, and rules carry their
// source. E052
func TestUsual(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		for _, kind := range calls.CallKinds {
			f := h.Usual(kind)
			if p := f.CheckFor(kind); p.Err() != nil {
				t.Errorf("%s: %v", kind, p.Err())
			}
			for _, q := range f.Questions() {
				texts := []core.Text{q.Label, q.Help}
				for _, o := range append(q.Options, q.Rows...) {
					texts = append(texts, o.Label)
				}
				for _, x := range texts {
					if strings.Contains(x.String(), "calls.") {
						t.Errorf("%s asks %s with a key: %s", kind, q.Key, x)
					}
				}
			}
			for _, r := range calls.UsualRules(kind) {
				if !slices.Contains(calls.RuleCodes, r.Code) || !slices.Contains(calls.Severities, r.Severity) || calls.Limited(r.Code) != (r.Limit > 0) {
					t.Errorf("%s: %+v", kind, r)
				}
			}
			if _, ok := f.Meaning(calls.MeansTitle); !ok && kind != calls.Registration {
				t.Errorf("%s has no title", kind)
			}
		}
		f := h.Usual(calls.Workshop)
		title, _ := f.Meaning(calls.MeansTitle)
		about, _ := f.Meaning(calls.MeansSummary)
		if title.MaxChars != 60 || about.MaxWords != 250 || len(f.Sections) != 6 {
			t.Errorf("the form of 2023: %d characters, %d words", title.MaxChars, about.MaxWords)
		}
		for _, m := range []string{calls.MeansOwner, calls.MeansSpeaker, calls.MeansOnsite, calls.MeansOnline, calls.MeansReporter, calls.MeansReport, calls.MeansFormat, calls.MeansDuration} {
			if q, ok := f.Meaning(m); !ok || q.Label.IsZero() {
				t.Errorf("the form of 2023 has no %s", m)
			}
		}
		if rules := calls.UsualRules(calls.Workshop); len(rules) != 6 || slices.ContainsFunc(rules, func(r calls.Rule) bool { return !core.WebAddress(r.Source) }) {
			t.Errorf("rules of 2023: %+v", rules)
		}
		if f.Questions()[6].Options[0].Label.By["ar"] == "" {
			t.Error("formats come in all languages")
		}
	})
}

// Rules are kept as they are checked; who comes second is told.
func TestRules(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		c := h.add()
		for name, tc := range map[string]struct {
			row  calls.RuleRow
			want string
		}{
			"code":     {calls.RuleRow{Code: "luck", Severity: calls.Blocks}, "rules[6].code"},
			"severity": {calls.RuleRow{Code: calls.RuleOnline}, "rules[6].severity"},
			"limit":    {calls.RuleRow{Code: calls.RulePerPerson, Severity: calls.Warns}, "rules[6].limit"},
			"groups":   {calls.RuleRow{Code: calls.RuleEligible, Severity: calls.Warns, Codes: []string{"aliens"}}, "rules[6].codes"},
			"twice":    {calls.RuleRow{Code: calls.RuleGender, Severity: calls.Warns}, "rules[6].code"},
			"source":   {calls.RuleRow{Code: calls.RuleOnline, Severity: calls.Warns, Source: strings.Repeat("x", 301)}, "rules[6].source"},
		} {
			in := calls.RulesOf(c)
			in.Rules = append(in.Rules, tc.row)
			is(t, name, h.SetRules(t.Context(), staff, c.ID, in), core.KindInvalid, tc.want)
		}
		in := calls.RulesOf(c)
		in.Rules = append(in.Rules[:1], calls.RuleRow{Code: calls.RuleEligible, Severity: calls.Warns, Codes: []string{"igo"}, Limit: 7}, calls.RuleRow{})
		is(t, "set", h.SetRules(t.Context(), staff, c.ID, in), "")
		if got := h.now(c).Rules; len(got) != 2 || got[1].Limit != 0 || got[1].Codes[0] != "igo" {
			t.Errorf("rules %+v", got)
		}
		is(t, "stale", h.SetRules(t.Context(), staff, c.ID, in), core.KindStale)
		is(t, "by a stranger", h.SetRules(t.Context(), stranger, c.ID, in), core.KindForbidden)
		is(t, "by a visitor", h.SetRules(t.Context(), core.Visitor, c.ID, in), core.KindSignIn)
	})
}

// A form is published by number; the one before stays; what changed since last year is
// told.
func TestFormVersions(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		last := h.add()
		c := h.add(func(in *calls.Input) { in.Previous, in.Published = string(last.ID), false })
		f, err := h.Form(t.Context(), c, 0)
		if err != nil {
			t.Fatal(err)
		}
		form := f.Form.Doubled("gains").Without("paper")
		form.Sections[0].Questions[0].MaxChars = 80
		is(t, "save", h.SaveForm(t.Context(), staff, c.ID, f.Version, form), "")
		is(t, "stale", h.SaveForm(t.Context(), staff, c.ID, f.Version, form), core.KindStale)
		is(t, "stale publication", h.PublishForm(t.Context(), staff, c.ID, f.Version), core.KindStale)
		is(t, "broken", h.SaveForm(t.Context(), staff, c.ID, f.Version+1, form.Without("title")), core.KindInvalid, "calls.error.no_title")
		is(t, "publish", h.PublishForm(t.Context(), staff, c.ID, f.Version+1), "")
		is(t, "publish again", h.PublishForm(t.Context(), staff, c.ID, f.Version+1), "")
		c = h.now(c)
		one, err := h.ReadForm(t.Context(), staff, c, 1)
		if err != nil || c.FormVersion != 2 || one.Form.Sections[0].Questions[0].MaxChars != 80 {
			t.Fatalf("form %d: %v", c.FormVersion, err)
		}
		marks, err := h.Changed(t.Context(), c, one.Form)
		if err != nil || fmt.Sprint(marks) != "map[gains_2:true title:false]" {
			t.Errorf("changed: %v, %v", marks, err)
		}
		added, changed, gone := one.Form.Differences(f.Form)
		if len(added) != 1 || len(changed) != 1 || len(gone) != 1 || gone[0].Key != "paper" {
			t.Errorf("differences %v %v %v", added, changed, gone)
		}
		_, err = h.ReadForm(t.Context(), stranger, last, 0)
		is(t, "the draft of a form is hidden", err, core.KindNotFound)
		_, err = h.ReadForm(t.Context(), core.Visitor, last, 1)
		is(t, "the form in force is not", err, "")
		_, err = h.Add(t.Context(), staff, h.input(func(in *calls.Input) { in.Kind, in.Previous = calls.Art, string(last.ID) }))
		is(t, "another kind is not the year before", err, core.KindInvalid, "previous")
	})
}
