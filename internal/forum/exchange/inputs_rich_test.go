package exchange_test

import (
	"encoding/json"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
)

// inputSecrets are words of what not everybody may read; inputNever of what leaves in no
// package.
var (
	inputSecrets = []string{
		"zi-thanks", "zi-invited@", "zi-draft call", "zi-far draft", "zi-draft form", "zi-organisation", "zi-org-key", "zi-note", "zi-private answer", "zi-revision",
		"zi-silent person", "zi-gone person", "zi-private person", "zi-person@", "zi-overruled", "zi-judge", "zi-hidden tag", "zi-hidden reason", "zi-unwritten", "zi-apart",
		"zi-cluster", "zi-phase", "zi-criterion", "zi-reviewer", "zi-conflict", "zi-for proposer", "zi-for committee", "zi-abstained", "zi-remark", "zi-closed proposal", "zi-offer", "zi-taken@", "zi-wish",
		"zi-reason", "zi-task", "zi-choice", "zi-chooser", "zi-merger", "zi-round staff", "zi-result", "zi-answerer", "zi-letter", "zi-ticked", "zi-news",
	}
	inputNever = []string{
		"zi-account", "zi-token", "zi-blob", "zi-file", "zi-typed", "zi-unsubmitted", "zi-draft proposal", "zi-open@", "zi-half written", "zi-no task",
	}
)

// tagged is what was added to the calls and proposals of the demo.
type tagged struct {
	edition core.ID
	call    calls.Call // of thematic inputs, which are public at once
	input   core.ID    // a public one
	session core.ID    // a workshop that was accepted, with people
	closed  core.ID    // one that was not
	reader  core.ID    // a reviewer
	talks   calls.Call // whose proposals were decided
}

// enrichInputs adds to the calls of the demo what tells public from private: every column
// that not everybody may read gets words of its own. The evaluation is made by hand.
func (s *stage) enrichInputs() tagged {
	s.t.Helper()
	ctx := s.t.Context()
	set, err := s.Editions.Setting(ctx, staff, slug)
	s.ok(err)
	list, err := s.Calls.List(ctx, staff, calls.Filter{Edition: set.ID, Kinds: []string{calls.ThematicInput, calls.Workshop}})
	s.ok(err)
	x := tagged{edition: set.ID}
	var workshops calls.Call
	for _, c := range list {
		if c.Kind == calls.ThematicInput {
			x.call = c
		} else {
			workshops = c
		}
	}
	s.inputsOfCalls(&x, workshops)
	s.inputsOfProposals(&x, workshops)
	s.inputsOfTopics(&x)
	s.inputsOfReview(&x, workshops)
	s.inputsOfSelection(&x, workshops)
	return x
}

func (s *stage) inputsOfCalls(x *tagged, workshops calls.Call) {
	s.t.Helper()
	ctx := s.t.Context()
	s.exec(`UPDATE calls SET thanks = ?, invited = '["zi-invited@mail.example"]', alike = TRUE WHERE id = ?`, said("zi-thanks"), workshops.ID)
	s.exec("UPDATE call_forms SET form = ? WHERE call = ? AND number = 0", `{"sections":[{"title":`+said("zi-draft form")+`,"questions":[]}]}`, x.call.ID)
	add := func(title string, edition core.ID, published bool) calls.Call {
		c, err := s.Calls.Add(ctx, staff, calls.Input{
			Kind: calls.TakingStock, Title: words(title), OpenDay: "2025-01-01", OpenTime: "00:00", CloseDay: "2025-02-01", CloseTime: "23:59", Zone: "UTC",
			Audience: calls.Everyone, Shown: "at-once", Published: published, Edition: edition,
		})
		s.ok(err)
		return c
	}
	hidden := add("zi-draft call", x.edition, false)
	far, farDraft := add("The call of the year before", "", true), add("zi-far draft", "", false)
	s.exec("UPDATE calls SET previous = ? WHERE id = ?", far.ID, x.call.ID)
	s.exec("UPDATE calls SET previous = ? WHERE id = ?", farDraft.ID, workshops.ID)
	s.exec("INSERT INTO call_moves (id, call, was, now, reason, at) VALUES (?, ?, 1, 2, ?, 3)", s.id(), x.call.ID, said("A reason to move"))
	first := s.id()
	s.exec("INSERT INTO cycle_steps (id, edition, position, name, about, counted, days, call) VALUES (?, ?, 70, ?, '{}', 'start', -5, ?)", first, x.edition, said("A step"), hidden.ID)
	s.exec("INSERT INTO cycle_steps (id, edition, position, name, about, counted, days, clock, call) VALUES (?, ?, 71, ?, '{}', ?, 3, '23:59', ?)",
		s.id(), x.edition, said("A step after it"), first, x.call.ID)
}

// proposal loads one that is of a call.
func (s *stage) proposal(query string, args ...any) proposals.Proposal {
	s.t.Helper()
	var p proposals.Proposal
	s.ok(s.DB.Read.NewSelect().Model(&p).Where(query, args...).OrderExpr("pr.number").Limit(1).Scan(s.t.Context()))
	return p
}

func (s *stage) json(v any) string {
	s.t.Helper()
	b, err := json.Marshal(v)
	s.ok(err)
	return string(b)
}

func (s *stage) inputsOfProposals(x *tagged, workshops calls.Call) {
	s.t.Helper()
	p := s.proposal("pr.call = ? AND pr.state IN ('submitted', 'eligible')", x.call.ID)
	x.input = p.ID
	// One question of the form is private from now on; a file is attached to another.
	stored, err := s.Calls.Form(s.t.Context(), x.call, p.FormVersion)
	s.ok(err)
	form, done := stored.Form, false
	form.Each(func(_, _ int, q *calls.Question) {
		switch {
		case q.Kind == calls.KindArea && !done:
			done, q.Private = true, true
			p.Answers[q.Key] = calls.Answer{Text: "zi-private answer"}
		case q.Kind == calls.KindTags:
			p.Answers[q.Key] = calls.Answer{Many: []string{"A public tag"}}
		case q.Means == calls.MeansTitle:
			a := p.Answers[q.Key]
			a.File = &calls.File{Blob: "zi-blob", Name: "zi-file.pdf", Size: 9}
			p.Answers[q.Key] = a
		}
	})
	if !done {
		s.t.Fatal("the form of inputs asks for no text")
	}
	s.exec("UPDATE call_forms SET form = ? WHERE call = ? AND number = ?", s.json(form), x.call.ID, p.FormVersion)
	s.exec(`UPDATE proposals SET answers = ?, organisation = 'zi-organisation', org_key = 'zi-org-key', note = 'zi-note', account = 'zi-account' WHERE id = ?`, s.json(p.Answers), p.ID)
	draft := s.id()
	s.exec(`INSERT INTO proposals (id, call, edition, form_version, state, lang, answers, title, account, created, updated)
		VALUES (?, ?, ?, ?, 'draft', 'en', '{"title":{"text":"zi-draft proposal"}}', 'zi-draft proposal', 'zi-account', 1, 1)`, draft, x.call.ID, x.edition, p.FormVersion)
	s.exec("UPDATE proposals SET copied_from = ? WHERE id = ?", draft, p.ID)
	s.exec("INSERT INTO form_drafts (thing, account, typed, base, at) VALUES (?, 'zi-account', 'zi-typed', 1, 1)", "proposal/"+string(p.ID))
	s.exec(`INSERT INTO proposal_revisions (proposal, number, form_version, answers, at, by_account)
		VALUES (?, 90, ?, '{"title":{"text":"zi-revision","file":{"blob":"zi-blob","name":"zi-file","size":1}}}', 1, 'zi-account')`, p.ID, p.FormVersion)

	w := s.proposal("pr.call = ? AND pr.state = 'eligible'", workshops.ID)
	x.session = w.ID
	s.exec("UPDATE proposals SET state = 'accepted' WHERE id = ?", w.ID)
	other := s.proposal("pr.call = ? AND pr.state = 'eligible' AND pr.id <> ?", workshops.ID, w.ID)
	x.closed = other.ID
	s.exec("UPDATE proposals SET title = 'zi-closed proposal', account = 'zi-account' WHERE id = ?", other.ID)
	var speakers, private string
	of, err := s.Calls.Form(s.t.Context(), workshops, w.FormVersion)
	s.ok(err)
	of.Form.Each(func(_, _ int, q *calls.Question) {
		switch q.Means {
		case calls.MeansSpeaker:
			speakers = q.Key
		case calls.MeansReporter:
			private, q.Private = q.Key, true
		}
	})
	if speakers == "" || private == "" {
		s.t.Fatal("the form of workshops does not ask for people")
	}
	s.exec("UPDATE call_forms SET form = ? WHERE call = ? AND number = ?", s.json(of.Form), workshops.ID, w.FormVersion)
	for n, who := range []struct {
		name, state, question string
		gone                  bool
	}{
		{"A confirmed person", proposals.Confirmed, speakers, false},
		{"zi-silent person", proposals.Invited, speakers, false},
		{"zi-gone person", proposals.Confirmed, speakers, true},
		{"zi-private person", proposals.Confirmed, private, false},
	} {
		s.exec(`INSERT INTO proposal_people (id, proposal, question, means, position, name, name_key, email, email_key, organisation, stakeholder, country, gender, onsite, asked,
			state, own, lang, token, invited, answered, gone) VALUES (?, ?, ?, 'speaker', ?, ?, ?, 'zi-person@mail.example', 'zi-person@mail.example', 'An organisation', 'civil-society',
			'CH', 'woman', 'onsite', TRUE, ?, TRUE, 'fr', ?, 1, 2, ?)`,
			s.id(), w.ID, who.question, 50+n, who.name, strings.ToLower(who.name), who.state, "zi-token-"+who.name, who.gone)
	}
	for n, state := range []string{"open", "taken"} {
		s.exec(`INSERT INTO proposal_offers (id, proposal, profile, account, self, name, email, words, state, at) VALUES (?, ?, 'zi-offer', 'zi-account', TRUE, 'zi-offer', ?, 'zi-offer', ?, 1)`,
			s.id(), w.ID, []string{"zi-open@mail.example", "zi-taken@mail.example"}[n], state)
	}
	s.exec(`INSERT INTO proposal_merges (id, call, proposal, other, by_account, by_name, words, state, at) VALUES (?, ?, ?, ?, 'zi-account', 'zi-wish', 'zi-wish', 'asked', 1)`,
		s.id(), workshops.ID, w.ID, other.ID)
	s.exec("DELETE FROM proposal_findings WHERE proposal = ?", w.ID)
	s.exec(`INSERT INTO proposal_findings (proposal, rule, outcome, args, overruled, by_name, at) VALUES (?, 'speakers', 'broken', '{"Count":3,"Have":1}', 'zi-overruled', 'zi-judge', 1)`, w.ID)
}

func (s *stage) inputsOfTopics(x *tagged) {
	s.t.Helper()
	named, plain, hidden, unwritten, cluster := s.id(), s.id(), s.id(), s.id(), s.id()
	tag := func(id, head, name, reason string, hidden bool) {
		text := "{}"
		if name != "" {
			text = said(name)
		}
		s.exec("INSERT INTO topic_tags (id, edition, head, name, hidden, reason, created) VALUES (?, ?, ?, ?, ?, ?, 1)", id, x.edition, head, text, hidden, reason)
		s.exec("INSERT INTO topic_spellings (edition, fold, tag) VALUES (?, ?, ?)", x.edition, head, id)
	}
	tag(named, "named tag", "A named tag", "", false)
	tag(plain, "a public tag", "", "", false)
	tag(hidden, "zi-hidden tag", "zi-hidden tag", "zi-hidden reason", true)
	tag(unwritten, "zi-unwritten", "", "", false)
	s.exec("INSERT INTO topic_spellings (edition, fold, tag) VALUES (?, 'zi-unwritten too', ?)", x.edition, named)
	for n, undone := range []any{nil, 5} {
		s.exec("INSERT INTO topic_merges (id, edition, number, tag, moved, made, undone) VALUES (?, ?, ?, ?, ?, 1, ?)", s.id(), x.edition, 1+n, plain,
			s.json([]map[string]string{{"fold": "a public tag", "from": unwritten}, {"fold": "zi-unwritten", "from": s.id()}}), undone)
	}
	s.exec("INSERT INTO topic_apart (edition, one, other) VALUES (?, 'zi-apart', 'zi-apart too')", x.edition)
	theme := s.one("SELECT id FROM themes WHERE edition = ?", x.edition)
	s.exec("INSERT INTO topic_clusters (id, edition, name, theme, created) VALUES (?, ?, ?, ?, 1)", cluster, x.edition, said("zi-cluster"), theme)
	s.exec("INSERT INTO topic_places (edition, input, cluster) VALUES (?, ?, ?)", x.edition, x.input, cluster)
	s.exec(`INSERT INTO topic_decisions (id, edition, number, theme, cluster, day, body, body_name, name, reason, minutes, words, inputs, made)
		VALUES (?, ?, 1, ?, ?, '2026-01-02', ?, ?, ?, ?, 'https://minutes.example/1', '["trust"]', ?, 1)`,
		s.id(), x.edition, theme, cluster, s.one("SELECT id FROM bodies"), said("The group"), said("A decided theme"), said("A public reason to decide"),
		s.json([]core.ID{x.input, x.closed}))
}

func (s *stage) inputsOfReview(x *tagged, workshops calls.Call) {
	s.t.Helper()
	phase, criterion, gone, a, b := s.id(), s.id(), s.id(), s.id(), s.id()
	x.reader = core.ID(a)
	s.exec(`INSERT INTO review_phases (id, call, number, name, opens, closes, zone, reviews, min_load, max_load, langs, blind, named, bidding, shown, discussion, feedback)
		VALUES (?, ?, 71, ?, 1, 2, 'UTC', 3, 1, 9, 'any', TRUE, FALSE, TRUE, 'closed', 'submitted', 'comments')`, phase, workshops.ID, said("zi-phase"))
	s.exec("INSERT INTO review_criteria (id, call, position, label, about, weight, anchors, threshold) VALUES (?, ?, 71, ?, '{}', 2, ?, 2)",
		criterion, workshops.ID, said("zi-criterion"), "["+said("Poor")+",{},{},{},"+said("Rich")+"]")
	for n, id := range []string{a, b} {
		s.exec(`INSERT INTO review_reviewers (id, call, account, email, email_key, name, stakeholder, organisation, langs, topics, min_load, max_load, created)
			VALUES (?, ?, ?, ?, ?, 'zi-reviewer', 'civil-society', 'zi-reviewer org', '["en"]', '["trust"]', -1, -1, 1)`,
			id, workshops.ID, []string{"zi-account", ""}[n], []string{"", "zi-reviewer@mail.example"}[n], []string{"", "zi-reviewer@mail.example"}[n])
	}
	s.exec(`INSERT INTO review_conflicts (reviewer, proposal, declared, words, overruled, codes, by_name, at)
		VALUES (?, ?, 'reviewer', 'zi-conflict', 'zi-conflict overruled', '["declared"]', 'zi-conflict staff', 1)`, b, x.session)
	s.exec("INSERT INTO review_bids (reviewer, proposal, bid) VALUES (?, ?, 'eager')", a, x.session)
	for _, id := range []string{a, b} {
		for _, p := range []core.ID{x.session, x.closed} {
			s.exec("INSERT INTO review_assignments (phase, proposal, reviewer, pinned, at) VALUES (?, ?, ?, FALSE, 1)", phase, p, id)
		}
	}
	review := func(reviewer string, proposal core.ID, state, marks, proposer, committee, reason string) {
		s.exec(`INSERT INTO review_reviews (phase, proposal, reviewer, state, marks, for_proposer, for_committee, reason, updated) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`,
			phase, proposal, reviewer, state, marks, proposer, committee, reason)
	}
	review(a, x.session, "submitted", `{"`+criterion+`":{"mark":4,"reason":"Sound"},"`+gone+`":{"mark":2}}`, "zi-for proposer", "zi-for committee", "")
	review(a, x.closed, "draft", "{}", "zi-unsubmitted", "zi-unsubmitted", "")
	review(b, x.session, "abstained", "{}", "", "", "zi-abstained")
	s.exec("INSERT INTO review_remarks (id, phase, proposal, reviewer, account, name, body, at) VALUES (?, ?, ?, ?, 'zi-account', 'zi-remark', 'zi-remark', 1)", s.id(), phase, x.session, a)
	s.exec("INSERT INTO form_drafts (thing, account, typed, base, at) VALUES (?, 'zi-account', 'zi-half written', 1, 1)", "review/"+phase+"/"+string(x.session))
	s.exec("INSERT INTO review_reminders (phase, reviewer, step, at) VALUES (?, ?, 'due', 1)", phase, a)
}
