package exchange_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/selection"
	"plenary/internal/testkit"
)

// inputsOfSelection adds to what the demo has chosen and published words of its own, and
// rows to the tables that it leaves empty.
func (s *stage) inputsOfSelection(x *tagged, workshops calls.Call) {
	s.t.Helper()
	list, err := s.Calls.List(s.t.Context(), staff, calls.Filter{Edition: x.edition, Kinds: []string{calls.LightningTalk}})
	s.ok(err)
	x.talks = list[0]
	task, mine := s.id(), s.one("SELECT MIN(proposal) FROM selection_sessions")
	s.exec("UPDATE selections SET reasons = ?, tasks = ? WHERE call = ?", `[{"code":"places","label":`+said("zi-reason")+`}]`,
		`[{"id":"`+task+`","label":`+said("zi-task")+`,"about":{},"due":"2026-08-01"}]`, x.talks.ID)
	s.exec("UPDATE selection_choices SET note = 'zi-choice note', words = 'zi-choice words', account = 'zi-account', by_name = 'zi-chooser' WHERE call = ?", workshops.ID)
	s.exec("UPDATE selection_mergers SET words = 'zi-merger', one_words = 'zi-merger', by_name = 'zi-merger'")
	s.exec("UPDATE selection_rounds SET by_name = 'zi-round staff', body = ? WHERE call = ?", s.one("SELECT MAX(id) FROM bodies"), x.talks.ID)
	s.exec("UPDATE selection_results SET words = 'zi-result', by_name = 'zi-answerer' WHERE call = ?", x.talks.ID)
	s.exec("INSERT INTO selection_letters (call, kind, lang, subject, body) VALUES (?, 'accept', 'fr', 'zi-letter {title}', 'zi-letter of {call}')", x.talks.ID)
	s.exec("INSERT INTO selection_done (proposal, task, by_name, at) VALUES (?, ?, 'zi-ticked', 5), (?, ?, 'zi-no task', 5)", mine, task, mine, s.id())
	s.exec("INSERT INTO selection_news (id, call, title, body, by_name, at) VALUES (?, ?, ?, ?, 'zi-news', 6)", s.id(), x.talks.ID, said("zi-news"), said("zi-news"))
}

// rounds are what was published of a call, as it is reckoned again.
func (s *stage) rounds(call calls.Call, want int) (out [][]selection.Outcome, digests []string) {
	s.t.Helper()
	for n := 1; n <= want; n++ {
		r, list, same, err := s.Selection.Rerun(s.t.Context(), core.Operator, call.Ref, n)
		s.ok(err)
		if !same {
			s.t.Errorf("the list of round %d does not follow from what it keeps", n)
		}
		out, digests = append(out, list), append(digests, r.Digest)
	}
	return out, digests
}

// A round that was brought in a package leads to the same list and digest, also where its
// numbers are written otherwise by each database; the page of everybody says the same, and
// the next round can be published.
func TestRoundsFollowAgain(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := demoOn(t, address)
		x := from.enrichInputs()
		first, _, _, err := from.Selection.Rerun(t.Context(), core.Operator, x.talks.Ref, 1)
		from.ok(err)
		next := selection.Round{Call: x.talks.ID, Number: 2, At: first.At, Inputs: first.Inputs, Facts: first.Facts}
		next.Inputs.Rules.Bonuses = []selection.Bonus{{Of: selection.ForNewcomer, Points: 1e-7}, {Of: selection.ForClass, Points: -0.25}}
		next.Inputs.Rows = slices.Clone(first.Inputs.Rows)
		next.Inputs.Rows[0].Normalised, next.Inputs.Rows[1].Mean = 4.440892098500626e-16, 10.0/3
		next.Digest = selection.Digest(next.Inputs, selection.Decide(next.Inputs))
		from.exec("INSERT INTO selection_rounds (call, number, at, by_name, note, inputs, facts, digest) VALUES (?, 2, ?, '', '{}', ?, ?, ?)",
			next.Call, next.At, from.json(next.Inputs), from.json(next.Facts), next.Digest)
		path := "/calls/" + x.talks.Ref + "/selection"
		lists, digests := from.rounds(x.talks, 2)
		public, all := from.pack(false), from.pack(true)
		page := from.must("", path+".json")
		testkit.Databases(t, func(t *testing.T, address string) {
			to := emptyOn(t, address)
			_, err := to.Exchange.ImportPackage(t.Context(), staff, all)
			to.ok(err)
			got, same := to.rounds(x.talks, 2)
			if !slices.EqualFunc(lists, got, slices.Equal) || !slices.Equal(digests, same) {
				t.Errorf("rounds %v, want %v", same, digests)
			}
			if is := to.must("", path+".json"); !bytes.Equal(page, is) {
				t.Errorf("everybody reads\n%s\nwhere it was\n%s", is, page)
			}
			to.must("", path)
			back := filesOf(t, to.pack(true))
			for name, b := range filesOf(t, all) {
				if strings.HasPrefix(name, "data/selection") && !bytes.Equal(b, back[name]) {
					t.Errorf("%s:\n%s\nwas\n%s", name, back[name], b)
				}
			}
			b, err := to.Selection.Board(t.Context(), core.Operator, x.talks.Ref, nil)
			to.ok(err)
			i := slices.IndexFunc(b.Lines, func(l selection.Line) bool { return l.Was != nil && l.Was.Choice == selection.Wait })
			to.ok(to.Selection.Choose(t.Context(), core.Operator, x.talks.Ref, b.Lines[i].Number, selection.ChoiceInput{Choice: selection.Decline, Words: "No place was given back."}))
			b, err = to.Selection.Board(t.Context(), core.Operator, x.talks.Ref, nil)
			to.ok(err)
			r, err := to.Selection.Publish(t.Context(), core.Operator, x.talks.Ref, selection.PublishInput{Digest: b.Digest, Sure: true})
			if to.ok(err); r.Number != 3 {
				t.Errorf("the next round has number %d", r.Number)
			}
			to.rounds(x.talks, 3)
		})
		// Without rounds nothing is told of how it was decided; sessions still name what they
		// came from.
		to := emptyOn(t, testkit.SQLite(t))
		_, err = to.Exchange.ImportPackage(t.Context(), staff, public)
		to.ok(err)
		if w := to.get("", path); w.Code != http.StatusNotFound {
			t.Errorf("without rounds: %d", w.Code)
		}
		to.must("", "/"+slug+"/selection")
		origins, err := to.Selection.Origins(t.Context(), core.Visitor, to.one("SELECT MIN(session) FROM selection_sessions"))
		if to.ok(err); len(origins) == 0 {
			t.Error("a session does not name the proposal that it was")
		}
	})
}

// What is wrong with a selection is told with its file, row and field, and nothing is
// stored.
func TestBadSelectionsAreRefused(t *testing.T) {
	from := demoOn(t, testkit.SQLite(t))
	x := from.enrichInputs()
	digest := from.one("SELECT digest FROM selection_rounds WHERE call = ?", x.talks.ID)
	emptyOn(t, testkit.SQLite(t)).refuses(filesOf(t, from.pack(true)), map[string]badRow{
		"rules of no call":              {"selections", `{"call":"0`, `{"call":"1`, "reference", "call"},
		"a measure that is none":        {"selections", `"measure":"mean"`, `"measure":"luck"`, "json", "rules"},
		"a number with an exponent":     {"selections", `"measure":"mean"`, `"floor":2e0,"measure":"mean"`, "json", "rules"},
		"a task that is due never":      {"selections", `"due":"2026-08-01"`, `"due":"2026-08-32"`, "json", "tasks"},
		"an unknown choice":             {"selection_choices", `"choice":"`, `"choice":"perhaps`, "choice", "choice"},
		"a choice of an account":        {"selection_choices", `"account":""`, `"account":"somebody"`, "local", "account"},
		"a choice for no proposal":      {"selection_choices", `{"proposal":"0`, `{"proposal":"1`, "reference", "proposal"},
		"a merger into nothing":         {"selection_choices", `"choice":"wait"`, `"choice":"merge"`, "choice", "target"},
		"an unknown state of a merger":  {"selection_mergers", `"state":"agreed"`, `"state":"forced"`, "choice", "state"},
		"an unknown answer of a side":   {"selection_mergers", `"one_says":"yes"`, `"one_says":"perhaps"`, "choice", "one_says"},
		"a merger with another call":    {"selection_mergers", `"call":"` + string(x.talks.ID), `"call":"` + string(x.call.ID), "reference", "one"},
		"another digest":                {"selection_rounds", `"digest":"` + string(digest), `"digest":"` + strings.Repeat("0", 64), "choice", "digest"},
		"inputs that were changed":      {"selection_rounds", `"not_said":2`, `"not_said":3`, "choice", "digest"},
		"a row of inputs of no form":    {"selection_rounds", `"not_said":2`, `"not_said":-2`, "json", "inputs"},
		"an unknown part of the inputs": {"selection_rounds", `"not_said":2`, `"person":"x"`, "json", "inputs"},
		"a group that is none":          {"selection_rounds", `"group":"`, `"group":"x`, "code_in", "inputs"},
		"facts of no form":              {"selection_rounds", `"handed_in":`, `"handed_in":-`, "json", "facts"},
		"a round out of order":          {"selection_rounds", `"number":1,"at"`, `"number":4,"at"`, "choice", "number"},
		"a result of no round":          {"selection_results", `"round":1,`, `"round":7,`, "reference", "round"},
		"an unknown answer":             {"selection_results", `"answer":""`, `"answer":"later"`, "choice", "answer"},
		"an unknown why":                {"selection_results", `"why":"hand"`, `"why":"mood"`, "choice", "why"},
		"a session that is not there":   {"selection_sessions", `"session":"0`, `"session":"1`, "reference", "session"},
		"another edition":               {"selection_sessions", `"edition":"0`, `"edition":"1`, "edition", "edition"},
		"a placeholder that is none":    {"selection_letters", `{title}`, `{titel}`, "choice", "subject"},
		"a letter in no language":       {"selection_letters", `"lang":"fr"`, `"lang":"xx"`, "choice", "lang"},
		"a task that is not there":      {"selection_done", `"task":"0`, `"task":"1`, "reference", "task"},
		"news of no language":           {"selection_news", `"orig":"en"`, `"orig":"xx"`, "json", "title"},
	})
}
