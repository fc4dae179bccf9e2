package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/forum/review"
	"plenary/internal/forum/selection"
	"plenary/internal/forum/topics"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func allOf(files map[string][]byte) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		b.Write(files[name])
	}
	return b.String()
}

// Calls, what was handed in, what was made of it and how it is judged: a public package
// holds what the pages show, one with everything all but secrets and what is somebody's
// own. Both come back as they are, and what is on the shelves is taken away and put back.
func TestInputsInPackages(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := demoOn(t, address)
		x := s.enrichInputs()
		open, all := s.pack(false), s.pack(true)
		s.saysPublicInputs(filesOf(t, open), x)
		s.saysAllInputs(filesOf(t, all))
		for name, data := range map[string][]byte{"public": open, "all": all} {
			t.Run(name, func(t *testing.T) {
				testkit.Databases(t, func(t *testing.T, address string) { inputsComeBack(t, emptyOn(t, address), data, name == "all") })
			})
		}
		s.takesInputsBack(x)
	})
}

func (s *stage) saysPublicInputs(files map[string][]byte, x tagged) {
	s.t.Helper()
	text := allOf(files)
	for _, w := range slices.Concat(inputSecrets, inputNever) {
		if i := strings.Index(text, w); i >= 0 {
			s.t.Errorf("the public package tells %q: …%s…", w, text[max(0, i-200):i+60])
		}
	}
	for table, want := range map[string][]string{
		"calls":           {`"invited":[],`, `"thanks":{},`, `"ref":"` + x.call.Ref + `"`},
		"call_forms":      {`"private":true`, `"number":1,`},
		"call_moves":      {"A reason to move"},
		"cycle_steps":     {"A step after it", `"call":"` + string(x.call.ID) + `"`, `"call":""`},
		"proposals":       {`"id":"` + string(x.input) + `"`, `"id":"` + string(x.session) + `"`, `"account":"","person":"","organisation":"","org_key":"","copied_from":"","note":""`},
		"proposal_people": {`"name":"A confirmed person"`, `"email":"","email_key":"","organisation":"An organisation","stakeholder":"civil-society","country":"CH","gender":"","onsite":"onsite","asked":false,"state":"confirmed"`},
		"topic_tags":      {"A named tag", `"head":"a public tag"`},
		"topic_spellings": {`"fold":"named tag"`, `"fold":"a public tag"`},
		"topic_merges":    {`"moved":[{"fold":"a public tag"}]`},
		"topic_decisions": {"A decided theme", "A public reason to decide", `"cluster":"",`, `"inputs":["` + string(x.input) + `"]`},
		"other_things":    {"The call of the year before"},
		// Which session a proposal became is shown with both.
		"selection_sessions": {`"edition":"` + string(x.edition) + `","at":"1970-01-01T00:00:00Z"`},
	} {
		for _, w := range want {
			if !strings.Contains(string(files["data/"+table+".json"]), w) {
				s.t.Errorf("%s has no %s", table, w)
			}
		}
	}
	for _, table := range []string{
		"proposal_revisions", "proposal_findings", "proposal_offers", "proposal_merges", "topic_apart", "topic_clusters", "topic_places", "review_phases", "review_criteria", "review_reviewers", "review_conflicts",
		"review_bids", "review_assignments", "review_reviews", "review_remarks", "selections", "selection_choices", "selection_mergers", "selection_rounds", "selection_results",
		"selection_letters", "selection_done", "selection_news",
	} {
		if b := files["data/"+table+".json"]; string(b) != "[\n]\n" {
			s.t.Errorf("%s: %.200s", table, b)
		}
	}
	// What is in it and what its page shows is the same.
	for _, c := range []calls.Call{x.call} {
		list, err := s.Proposals.List(s.t.Context(), core.Visitor, c, "")
		s.ok(err)
		for _, p := range list {
			if !strings.Contains(string(files["data/proposals.json"]), `"id":"`+string(p.ID)+`"`) {
				s.t.Errorf("everybody may read %s, which is not in the package", p.Title)
			}
		}
	}
}

func (s *stage) saysAllInputs(files map[string][]byte) {
	s.t.Helper()
	text := allOf(files)
	for _, w := range inputNever {
		if i := strings.Index(text, w); i >= 0 {
			s.t.Errorf("the package with everything tells %q: …%s…", w, text[max(0, i-200):i+60])
		}
	}
	for _, w := range inputSecrets {
		if w != "zi-far draft" && !strings.Contains(text, w) {
			s.t.Errorf("the package with everything has no %q", w)
		}
	}
	if !strings.Contains(text, "zi-far draft") {
		s.t.Error("a call of another edition is not named")
	}
}

func inputsComeBack(t *testing.T, to *stage, data []byte, all bool) {
	t.Helper()
	r, err := to.Exchange.ImportPackage(t.Context(), staff, data)
	to.ok(err)
	left := []string{"The call of the year before"}
	if all {
		left = append(left, "zi-far draft")
	}
	if !slices.Equal(r.LeftOut, left) {
		t.Errorf("left out: %q, want %q", r.LeftOut, left)
	}
	back := to.pack(all)
	want, is := filesOf(t, data), filesOf(t, back)
	for _, name := range []string{"datapackage.json", "README.md", "data/calls.json", "data/other_things.json"} { // what leads elsewhere
		delete(want, name)
		delete(is, name)
	}
	if !maps.EqualFunc(want, is, bytes.Equal) {
		differ(t, data, back)
	}
	again := emptyOn(t, testkit.SQLite(t))
	_, err = again.Exchange.ImportPackage(t.Context(), staff, back)
	to.ok(err)
	if third := again.pack(all); !bytes.Equal(back, third) {
		differ(t, back, third)
	}
	// Once more: it is refused, and changes nothing.
	last := to.Record.Last()
	if e := told(t, second(to.Exchange.ImportPackage(t.Context(), staff, data))); e.Key != "exchange.package.error.edition_here" || to.Record.Last() != last {
		t.Errorf("brought in twice: %v", e)
	}
	if after := to.pack(all); !bytes.Equal(back, after) {
		differ(t, back, after)
	}
	// The pages of what was brought stand.
	var paths []string
	for _, q := range []string{
		"SELECT '/calls/' || ref FROM calls WHERE published = TRUE", "SELECT '/proposals/' || id FROM proposals WHERE state = 'accepted'",
		"SELECT '/calls/' || ca.ref || '/proposals' FROM calls AS ca WHERE ca.kind = 'thematic-input'",
	} {
		var more []string
		to.ok(to.DB.Read.NewRaw(q).Scan(t.Context(), &more))
		if len(more) == 0 {
			t.Errorf("nothing was carried: %s", q)
		}
		paths = append(paths, more...)
	}
	for _, p := range append(paths, "/"+slug+"/cycle", "/"+slug+"/topics", "/"+slug+"/topics/themes", "/"+slug+"/input") {
		to.must("", p)
	}
	if all { // those who run the call go on where the other forum stood
		p := to.proposal("pr.title = 'zi-closed proposal'")
		to.ok(to.Proposals.Judge(t.Context(), core.Operator, p.ID, proposals.ScreenInput{Version: p.Version, To: proposals.StateReturned, Note: "Please mend it."}))
	}
	flaws, err := to.Topics.Check(t.Context())
	if to.ok(err); len(flaws) > 0 {
		t.Errorf("flaws: %+v", flaws)
	}
	to.ok(to.Record.DoJobs(t.Context())) // the search takes up what was brought
	body := string(to.must("", "/proposals/"+string(to.one("SELECT id FROM proposals WHERE state = 'accepted'"))))
	if !strings.Contains(body, "A confirmed person") || strings.Contains(body, "zi-") {
		t.Error("the page of a proposal does not show who agreed, and nobody else")
	}
}

func (s *stage) takesInputsBack(x tagged) {
	s.t.Helper()
	for _, table := range []string{"support_files", "support_reminders", "support_entries", "support_scores", "support_recommendations", "support_applications", "support_members", "support_programmes"} { // what hangs on an answer is not taken back with it
		s.exec("DELETE FROM " + table)
	}
	before := allOf(filesOf(s.t, s.pack(true)))
	type things struct {
		shelf record.Shelf
		ids   []core.ID
		rows  record.Rows
	}
	list := func(query string) (out []core.ID) {
		s.ok(s.DB.Read.NewRaw(query).Scan(s.t.Context(), &out))
		return out
	}
	s.exec("DELETE FROM review_reminders")
	all := []*things{
		{shelf: selection.Shelf, ids: list("SELECT id FROM calls")},
		{shelf: review.Shelf, ids: list("SELECT id FROM calls")},
		{shelf: topics.Shelf, ids: []core.ID{x.edition}},
		{shelf: proposals.Shelf, ids: list("SELECT id FROM proposals")},
		{shelf: calls.CycleShelf, ids: []core.ID{x.edition}},
		{shelf: calls.Shelf, ids: list("SELECT id FROM calls")},
	}
	for _, c := range all {
		rows, err := c.shelf.Copy(s.t.Context(), s.DB.Read, c.ids)
		s.ok(err)
		c.rows = throughJSON(s.t, rows)
		s.restore(c.shelf, c.ids, record.Rows{}, c.rows)
		for _, table := range c.shelf.Tables {
			if len(rows[table.Name]) == 0 {
				s.t.Errorf("%s: nothing of %s to take back", c.shelf.Kind, table.Name)
			}
			if n := s.count("SELECT COUNT(*) FROM " + table.Name); n != 0 {
				s.t.Errorf("%s: %d rows of %s stayed", c.shelf.Kind, n, table.Name)
			}
		}
	}
	for _, c := range slices.Backward(all) {
		s.restore(c.shelf, c.ids, c.rows, record.Rows{})
	}
	if after := allOf(filesOf(s.t, s.pack(true))); before != after {
		s.t.Error("what was taken back and put back is not as it was")
	}
}

// What is wrong with calls, proposals, topics and evaluations is told with its file, row
// and field, and nothing is stored.
func TestBadInputsAreRefused(t *testing.T) {
	from := demoOn(t, testkit.SQLite(t))
	from.enrichInputs()
	good := filesOf(t, from.pack(true))
	to := emptyOn(t, testkit.SQLite(t))
	to.refuses(good, map[string]badRow{
		"a call closes before it opens": {"calls", `"closes":"`, `"closes":"1`, "instant", "closes"},
		"an unknown kind of call":       {"calls", `"kind":"workshop"`, `"kind":"party"`, "choice", "kind"},
		"a rule that is none":           {"calls", `"code":"speakers"`, `"code":"speakerz"`, "json", "rules"},
		"another edition":               {"calls", `"edition":"`, `"edition":"01890a5d-ac96-774b-bcce-b302099a8057","x":"`, "unknown_column", "x"},
		"an unknown question":           {"call_forms", `"kind":"area"`, `"kind":"oracle"`, "json", "form"},
		"a form of no call":             {"call_forms", `{"call":"`, `{"call":"01890a5d-ac96-774b-bcce-b302099a8057","y":"`, "unknown_column", "y"},
		"no such form":                  {"proposals", `"form_version":1`, `"form_version":77`, "reference", "form_version"},
		"a draft":                       {"proposals", `"state":"accepted"`, `"state":"draft"`, "choice", "state"},
		"somebody's account":            {"proposals", `"account":""`, `"account":"somebody"`, "local", "account"},
		"an unknown language":           {"proposals", `"lang":"en"`, `"lang":"xx"`, "choice", "lang"},
		"a file":                        {"proposals", `"answers":{`, `"answers":{"z":{"file":{"blob":"b","name":"n","size":1}},`, "json", "answers"},
		"an unknown part of an answer":  {"proposals", `"answers":{`, `"answers":{"z":{"html":"<b>"},`, "json", "answers"},
		"a token":                       {"proposal_people", `"token":""`, `"token":"abc"`, "local", "token"},
		"an unknown country":            {"proposal_people", `"country":"CH"`, `"country":"XX"`, "code", "country"},
		"an unknown outcome":            {"proposal_findings", `"outcome":"broken"`, `"outcome":"bent"`, "choice", "outcome"},
		"a ring of steps":               {"cycle_steps", `"counted":"start","days":-5`, `"counted":"ring","days":-5`, "reference", "counted"},
		"a time that is none":           {"cycle_steps", `"clock":"23:59"`, `"clock":"24:59"`, "choice", "clock"},
		"an address that is none":       {"topic_decisions", `"minutes":"https://minutes.example/1"`, `"minutes":"javascript:1"`, "choice", "minutes"},
		"an input that is not there":    {"topic_decisions", `"inputs":["`, `"inputs":["01890a5d-ac96-774b-bcce-b302099a8057","`, "reference", "inputs"},
		"a review that is a draft":      {"review_reviews", `"state":"submitted"`, `"state":"draft"`, "choice", "state"},
		"a mark that is none":           {"review_reviews", `"mark":4`, `"mark":9`, "json", "marks"},
		"a bid that is none":            {"review_bids", `"bid":"eager"`, `"bid":"mad"`, "choice", "bid"},
	})
}

// badRow is what becomes of a row of a table, and what is then told of which column.
type badRow struct{ table, before, after, key, column string }

// refuses brings packages in that have one bad row each.
func (s *stage) refuses(good map[string][]byte, rows map[string]badRow) {
	s.t.Helper()
	last := s.Record.Last()
	for name, c := range rows {
		file := "data/" + c.table + ".json"
		if !bytes.Contains(good[file], []byte(c.before)) {
			s.t.Errorf("%s: %s has no %s", name, file, c.before)
			continue
		}
		bad := maps.Clone(good)
		bad[file] = bytes.Replace(good[file], []byte(c.before), []byte(c.after), 1)
		_, err := s.Exchange.ImportPackage(s.t.Context(), staff, zipped(s.t, bad, true))
		if err == nil {
			s.t.Fatalf("%s: it was taken", name)
		}
		e := told(s.t, err)
		i := slices.IndexFunc(e.Fields, func(p core.FieldError) bool { return p.Key == "exchange.package.error."+c.key })
		if i < 0 {
			s.t.Errorf("%s: %+v", name, e)
			continue
		}
		if says := s.Catalog.T("en", e.Fields[i].Key, e.Fields[i].Args...); !strings.Contains(says, file+", row ") || !strings.Contains(says, c.column) {
			s.t.Errorf("%s: %s", name, says)
		}
	}
	if s.Record.Last() != last {
		s.t.Error("something was written")
	}
}

// Who reviews with a conflict, whatever else she is, takes no package with everything: it
// would tell her how her proposal is judged.
func TestReviewersWithConflictTakeNoPackage(t *testing.T) {
	s := demoOn(t, testkit.SQLite(t))
	x := s.enrichInputs()
	var acc authn.Account
	s.write(func(ctx context.Context, tx *record.Tx) (err error) {
		acc, err = s.Authn.CreateTx(ctx, tx, authn.NewAccount{Email: "secretary@example.org", Name: "Secretary", Lang: "en"})
		return err
	})
	who := acc.Actor()
	who.Grants = staff.Grants
	s.actors["secretary"] = who
	s.must("secretary", "/"+slug+"/package.zip?all=1")
	s.exec("UPDATE review_reviewers SET account = ? WHERE id = ?", who.Account, x.reader)
	s.must("secretary", "/"+slug+"/package.zip?all=1") // she reviews, without a conflict
	s.exec("INSERT INTO review_conflicts (reviewer, proposal, declared, words, codes, at) VALUES (?, ?, 'reviewer', 'Mine', '[]', 1)", x.reader, x.closed)
	if w := s.get("secretary", "/"+slug+"/package.zip?all=1"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "have a conflict") {
		t.Errorf("with a conflict: %d", w.Code)
	}
	s.must("secretary", "/"+slug+"/package.zip")
	s.must("staff", "/"+slug+"/package.zip?all=1")
}

// A call that shows its proposals when it has closed shows them then in the package too.
func TestPackageFollowsTheEndsOfCalls(t *testing.T) {
	s := demoOn(t, testkit.SQLite(t))
	x := s.enrichInputs()
	has := func() bool {
		return bytes.Contains(filesOf(t, s.must("", "/"+slug+"/package.zip"))["data/proposals.json"], []byte(`"id":"`+string(x.input)+`"`))
	}
	end := s.Record.Clock.Instant().Add(time.Hour)
	s.exec("UPDATE calls SET shown = 'closed', closes = ? WHERE id = ?", end.Time().UnixMicro(), x.call.ID)
	if has() {
		t.Error("proposals of a call that is open are in the package")
	}
	s.Record.Clock.Freeze(end.Add(time.Minute).Time())
	if !has() {
		t.Error("the call has closed, and the package does not have its proposals")
	}
}

// A package of the format before has no calls and proposals; it is still read.
func TestFormatWithoutInputsIsStillRead(t *testing.T) {
	files := bare(t)
	var tables []string
	for name := range files {
		for _, start := range []string{"call", "cycle_", "proposal", "topic_", "review_", "selection"} {
			if strings.HasPrefix(name, "data/"+start) {
				tables = append(tables, strings.TrimSuffix(strings.TrimPrefix(name, "data/"), ".json"))
			}
		}
	}
	if len(tables) != 34 {
		t.Errorf("%d tables: %q", len(tables), tables)
	}
	files = inFormat(t, files, 2, tables)
	to := emptyOn(t, testkit.SQLite(t))
	_, err := to.Exchange.ImportPackage(t.Context(), staff, zipped(t, files, true))
	to.ok(err)
	if e := told(t, second(emptyOn(t, testkit.SQLite(t)).Exchange.ImportPackage(t.Context(), staff, zipped(t, inFormat(t, files, 3, nil), true)))); e.Key != "exchange.package.error.missing_file" {
		t.Errorf("a table of this format is missing: %v", e)
	}
}

// inFormat is a package as it was in another format, without some tables.
func inFormat(t *testing.T, files map[string][]byte, format int, without []string) map[string][]byte {
	t.Helper()
	files = maps.Clone(files)
	var d map[string]any
	if err := json.Unmarshal(files["datapackage.json"], &d); err != nil {
		t.Fatal(err)
	}
	own, _ := d["plenary"].(map[string]any)
	own["format"] = format
	list, _ := d["resources"].([]any)
	d["resources"] = slices.DeleteFunc(list, func(r any) bool {
		m, _ := r.(map[string]any)
		name, _ := m["name"].(string)
		gone := slices.Contains(without, name)
		if gone {
			delete(files, "data/"+name+".json")
		}
		return gone
	})
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	files["datapackage.json"] = b
	return files
}
