package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/consultations"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/opinions"
	"plenary/internal/forum/papers"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

// What everybody may read of papers, reviews, polls and the ledger is in the public
// package: the place of what was hidden, the answer without its draft, the vote without
// its voter.
func TestPublicPackageHoldsOutcomes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := demoOn(t, address)
		s.enrich()
		files := filesOf(t, s.pack(false))
		for table, want := range map[string][]string{
			"papers":                  {`"title":{"by":{"en":"A paper that is rewritten"}`, `"person":"",`},
			"paper_endorsements":      {`"name":"Stille Person"`, `"lang":"","reason":"A doubt","acted_by":"",`},
			"document_paragraphs":     {"What was published."},
			"consultations":           {`"said":"opened"`},
			"comments":                {`"state":"hidden"`, `"state":"withdrawn"`, `"disposition":"accepted"`, `"mails":"none"`, `"word":"satisfied"`},
			"comment_places":          {`"result":"exact","score":1}`},
			"comment_changes":         {`"para":"p2","sentence":1}`},
			"comment_acts":            {`"person":"","reason":"A public reason","appeal":"An appeal"`},
			"consultation_challenges": {"A challenge"},
			"own_changes":             {"Our own reason"},
			"opinion_polls":           {`"ref":"few"`, `"salt":"","next":15`},
			"opinion_votes":           {`"account":"voter-000001"`, `"account":"voter-000141"`},
			"ledger_calls":            {`"state":"superseded"`, `"asked":null`},
			"ledger_commitments":      {`"state":"progress"`, `"asked_due":""`},
			"ledger_evidence":         {"Statement on the organisation’s own site", "A kept copy"},
			"ledger_flags":            {`"reason":"A public doubt","account":"","person":"",`},
			"ledger_deliveries":       {"412 of 418 delivered"},
			"ledger_citations":        {"as the first Message of the meeting says"},
			"ledger_mentions":         {"A speaker read from it."},
			"ledger_references":       {"A/RES/79/1"},
			"ledger_processes":        {`"milestones":[{`},
			"ledger_issues":           {"Human rights online"},
			"ledger_issue_items":      {`"kind":"paragraph"`},
			"ledger_derivations":      {`"later":"`},
			"other_things":            {"An output of the year before", "Our later call", `"edition":"2024-older"`},
		} {
			for _, w := range want {
				if !bytes.Contains(files["data/"+table+".json"], []byte(w)) {
					t.Errorf("%s has no %s", table, w)
				}
			}
		}
		for _, table := range []string{"comment_notes", "disposition_reasons"} {
			if b := files["data/"+table+".json"]; string(b) != "[\n]\n" {
				t.Errorf("%s: %.200s", table, b)
			}
		}
		if n := strings.Count(string(files["data/opinion_polls.json"]), `"id":`); n != 2 {
			t.Errorf("%d polls, want the two that were announced", n)
		}
	})
}

// A poll that was carried shows the same results, and nobody can tell who voted. Where
// few have voted no vote leaves.
func TestVotesAreCarriedWithoutNames(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := demoOn(t, address)
		from.enrich()
		for _, all := range []bool{false, true} {
			to := emptyOn(t, testkit.SQLite(t))
			_, err := to.Exchange.ImportPackage(t.Context(), staff, from.pack(all))
			to.ok(err)
			polls, err := from.Opinions.Polls(t.Context(), core.Visitor, "")
			from.ok(err)
			for _, p := range polls {
				is, err := to.Opinions.Outcome(t.Context(), core.Visitor, p.Ref)
				to.ok(err)
				was, err := from.Opinions.Outcome(t.Context(), core.Visitor, p.Ref)
				from.ok(err)
				if p.Ref == "few" {
					if was.Voters != 9 || is.Voters != 0 || is.Votes != 0 {
						t.Errorf("votes of few: %d of %d", is.Voters, was.Voters)
					}
					continue
				}
				if is.Voters != was.Voters || is.Votes != was.Votes || is.Shown != was.Shown || len(is.Groups) != len(was.Groups) || len(is.Statements) != len(was.Statements) {
					t.Fatalf("%d voters, %d votes, %d groups; want %d, %d, %d", is.Voters, is.Votes, len(is.Groups), was.Voters, was.Votes, len(was.Groups))
				}
				sizes := func(o opinions.Outcome) (out []int) {
					for _, g := range o.Groups {
						out = append(out, g.People)
					}
					slices.Sort(out)
					return out
				}
				if !slices.Equal(sizes(is), sizes(was)) {
					t.Errorf("groups of %v, want %v", sizes(is), sizes(was))
				}
				for i, x := range is.Statements {
					if x.All != was.Statements[i].All || x.Consensus != was.Statements[i].Consensus {
						t.Errorf("statement %d: %+v, want %+v", x.Number, x, was.Statements[i])
					}
				}
				salt := to.one("SELECT salt FROM opinion_polls WHERE ref = ?", p.Ref)
				if !salt.Valid() || salt == "zzsalt" {
					t.Errorf("salt of the copy: %q", salt)
				}
			}
			if n := to.count("SELECT COUNT(*) FROM opinion_polls WHERE published = FALSE"); (n == 1) != all {
				t.Errorf("with all: %v, %d polls that are not announced", all, n)
			}
		}
	})
}

// The ledger, the reviews and the papers of a copy are read on its pages.
func TestPagesOfCarriedOutcomes(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := demoOn(t, address)
		data := from.pack(false)
		s := emptyOn(t, testkit.SQLite(t))
		_, err := s.Exchange.ImportPackage(t.Context(), staff, data)
		s.ok(err)
		var paths []string
		for _, q := range []string{
			"SELECT '/consultations/' || ref FROM consultations", "SELECT '/opinions/' || ref FROM opinion_polls", "SELECT '/opinions/' || ref || '/results' FROM opinion_polls",
			"SELECT '/papers/' || id FROM papers", "SELECT '/ledger/' || id FROM ledger_calls", "SELECT '/commitments/' || id FROM ledger_commitments",
			"SELECT '/issues/' || slug FROM ledger_issues", "SELECT '/processes/' || slug FROM ledger_processes", "SELECT '/references/' || id FROM ledger_references",
			"SELECT '/consultations/' || cs.ref || '/comments/1' FROM consultations AS cs",
		} {
			var more []string
			s.ok(s.DB.Read.NewRaw(q).Scan(t.Context(), &more))
			if len(more) == 0 {
				t.Errorf("nothing was carried: %s", q)
			}
			paths = append(paths, more...)
		}
		for _, p := range append(paths, "/consultations", "/opinions", "/ledger", "/issues", "/processes", "/"+slug+"/papers", "/"+slug+"/outcomes") {
			s.must("", p)
			s.must("staff", p)
		}
		s.ok(s.Record.DoJobs(t.Context())) // what time brings does not stumble over it
		for _, check := range []func(context.Context) ([]core.Flaw, error){s.Consultations.Check, s.Papers.Check, s.Ledger.Check} {
			flaws, err := check(t.Context())
			s.ok(err)
			if len(flaws) > 0 {
				t.Errorf("flaws: %+v", flaws)
			}
		}
	})
}

// A package of the first format has no papers, reviews, polls and ledger; it is still
// read, and its calls enter the ledger from its reports, as those of any older record.
func TestFirstFormatIsStillRead(t *testing.T) {
	from := demoOn(t, testkit.SQLite(t))
	files := filesOf(t, from.pack(true))
	var d map[string]any
	from.ok(json.Unmarshal(files["datapackage.json"], &d))
	d["plenary"].(map[string]any)["format"] = 1
	d["resources"] = slices.DeleteFunc(d["resources"].([]any), func(r any) bool {
		name := r.(map[string]any)["name"].(string)
		late := strings.HasPrefix(name, "ledger_") || strings.HasPrefix(name, "opinion_") || strings.HasPrefix(name, "comment") || strings.HasPrefix(name, "consultation") ||
			strings.HasPrefix(name, "paper") || slices.Contains([]string{"own_changes", "disposition_reasons", "other_things"}, name)
		if late {
			delete(files, "data/"+name+".json")
		}
		return late
	})
	var err error
	files["datapackage.json"], err = json.Marshal(d)
	from.ok(err)
	to := emptyOn(t, testkit.SQLite(t))
	_, err = to.Exchange.ImportPackage(t.Context(), staff, zipped(t, files, true))
	to.ok(err)
	to.ok(to.Record.DoJobs(t.Context()))
	if n := to.count("SELECT COUNT(*) FROM ledger_calls"); n == 0 {
		t.Error("no call was entered from the reports")
	}
	to.must("", "/"+slug)
	delete(files, "data/rooms.json")
	if e := told(t, second(emptyOn(t, testkit.SQLite(t)).Exchange.ImportPackage(t.Context(), staff, zipped(t, files, true)))); e.Key != "exchange.package.error.missing_file" {
		t.Errorf("a table of the first format is missing: %v", e)
	}
}

// Whose address is taken is refused.
func TestTakenAddressesAreRefused(t *testing.T) {
	from := demoOn(t, testkit.SQLite(t))
	data := from.pack(true)
	for table, insert := range map[string]string{
		"/opinions/":  "INSERT INTO opinion_polls (id, ref, scope, title, about, opens, closes, zone, salt, created) VALUES ('x', ?, 'forum', '{}', '{}', 1, 2, 'UTC', 's', 1)",
		"/issues/":    "INSERT INTO ledger_issues (id, slug, name, about, words, created) VALUES ('x', ?, '{}', '{}', '[]', 1)",
		"/processes/": "INSERT INTO ledger_processes (id, slug, name, about, milestones, created) VALUES ('x', ?, '{}', '{}', '[]', 1)",
	} {
		of := map[string]string{"/opinions/": "SELECT ref FROM opinion_polls", "/issues/": "SELECT slug FROM ledger_issues", "/processes/": "SELECT slug FROM ledger_processes"}[table]
		if table == "/processes/" { // of those that the edition names there may be none
			from.exec("UPDATE ledger_deliveries SET process = (SELECT MIN(id) FROM ledger_processes)")
			data, of = from.pack(true), of+" ORDER BY id"
		}
		to := emptyOn(t, testkit.SQLite(t))
		taken := from.one(of)
		to.write(func(ctx context.Context, tx *record.Tx) error {
			_, err := tx.ExecContext(ctx, insert, taken)
			return err
		})
		e := told(t, second(to.Exchange.ImportPackage(t.Context(), staff, data)))
		if says := to.Catalog.Error("en", e); e.Kind != core.KindConflict || !strings.Contains(says, table+string(taken)) {
			t.Errorf("%s: %v %s", table, e, says)
		}
	}
}

// What a shelf copies it takes away and puts back, as undoing an import does: with
// everything that belongs to it, on both databases, through JSON.
func TestShelvesTakeBack(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := demoOn(t, address)
		s.enrich()
		whole := func() map[string][]byte { return filesOf(t, s.pack(true)) }
		before := whole()
		type things struct {
			shelf record.Shelf
			query string
			ids   []core.ID
			rows  record.Rows
		}
		all := []*things{
			{shelf: ledger.IssueShelf, query: "SELECT id FROM ledger_issues"},
			{shelf: ledger.DerivationShelf, query: "SELECT id FROM ledger_derivations"},
			{shelf: ledger.MentionShelf, query: "SELECT id FROM ledger_mentions"},
			{shelf: ledger.CitationShelf, query: "SELECT id FROM ledger_citations"},
			{shelf: ledger.DeliveryShelf, query: "SELECT id FROM ledger_deliveries"},
			{shelf: ledger.ReferenceShelf, query: "SELECT id FROM ledger_references"},
			{shelf: ledger.ProcessShelf, query: "SELECT id FROM ledger_processes"},
			{shelf: ledger.CommitmentShelf, query: "SELECT id FROM ledger_commitments"},
			{shelf: ledger.CallShelf, query: "SELECT id FROM ledger_calls"},
			{shelf: opinions.Shelf, query: "SELECT id FROM opinion_polls"},
			{shelf: consultations.OwnShelf, query: "SELECT DISTINCT document FROM own_changes"},
			{shelf: consultations.Shelf, query: "SELECT id FROM consultations"},
			{shelf: papers.Shelf, query: "SELECT id FROM papers"},
		}
		// Everything was made by the import: it goes.
		for _, c := range all {
			s.ok(s.DB.Read.NewRaw(c.query).Scan(t.Context(), &c.ids))
			rows, err := c.shelf.Copy(t.Context(), s.DB.Read, c.ids)
			s.ok(err)
			for _, table := range c.shelf.Tables {
				if len(rows[table.Name]) == 0 {
					t.Errorf("%s: nothing of %s to take back", c.shelf.Kind, table.Name)
				}
			}
			c.rows = throughJSON(t, rows)
			s.restore(c.shelf, c.ids, record.Rows{}, c.rows)
			for _, table := range c.shelf.Tables {
				if n := s.count("SELECT COUNT(*) FROM " + table.Name + " WHERE " + strings.ReplaceAll(table.Where, "?", "'"+join(c.ids)+"'")); n != 0 {
					t.Errorf("%s: %d rows of %s stayed", c.shelf.Kind, n, table.Name)
				}
			}
		}
		// It was there before the import and went with it: it comes.
		for _, c := range slices.Backward(all) {
			s.restore(c.shelf, c.ids, c.rows, record.Rows{})
		}
		if after := whole(); !maps.EqualFunc(before, after, bytes.Equal) {
			differ(t, s.zip(before), s.zip(after))
		}
		// A share that was changed is put back as it was.
		one := s.one("SELECT consultation FROM comments WHERE id = (SELECT MIN(comment) FROM comment_places)")
		was, err := consultations.Shelf.Copy(t.Context(), s.DB.Read, []core.ID{one})
		s.ok(err)
		s.exec("UPDATE comment_places SET score = 0.625")
		is, err := consultations.Shelf.Copy(t.Context(), s.DB.Read, []core.ID{one})
		s.ok(err)
		s.exec("UPDATE comment_places SET score = 0.25")
		s.write(func(ctx context.Context, tx *record.Tx) error {
			if _, err := consultations.Shelf.RestoreTx(ctx, tx, "forum", []core.ID{one}, throughJSON(t, was), throughJSON(t, is)); err == nil {
				t.Error("another score was overwritten")
			}
			return nil
		})
		s.exec("UPDATE comment_places SET score = 0.625")
		s.restore(consultations.Shelf, []core.ID{one}, throughJSON(t, was), throughJSON(t, is))
		if n := s.count("SELECT COUNT(*) FROM comment_places AS cp JOIN comments AS co ON co.id = cp.comment WHERE co.consultation = ? AND cp.score = 0.625", one); n != 0 {
			t.Errorf("%d scores were not put back", n)
		}
	})
}

func (s *stage) zip(files map[string][]byte) []byte { return zipped(s.t, files, false) }

func (s *stage) restore(shelf record.Shelf, list []core.ID, was, is record.Rows) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *record.Tx) error {
		changed, err := shelf.RestoreTx(ctx, tx, "forum", list, was, is)
		if err != nil {
			s.t.Errorf("%s: %v %v", shelf.Kind, err, changed)
		}
		return err
	})
}

func join(list []core.ID) string {
	out := make([]string, len(list))
	for i, id := range list {
		out[i] = string(id)
	}
	return strings.Join(out, "', '")
}

// throughJSON sends rows through JSON, as a kept copy goes.
func throughJSON(t *testing.T, rows record.Rows) record.Rows {
	t.Helper()
	b, err := json.Marshal(rows)
	if err != nil {
		t.Fatal(err)
	}
	var out record.Rows
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// Two editions of one forum meet again in another, whichever comes first: what leads from
// one to the other is there once both are, and what they share is there once.
func TestTwoEditionsMeetAgain(t *testing.T) {
	from := demoOn(t, testkit.SQLite(t))
	from.enrich()
	packs := map[string][]byte{}
	for _, edition := range []string{slug, "2024-older"} {
		var b bytes.Buffer
		from.ok(from.Exchange.WritePackage(t.Context(), staff, edition, true, &b))
		packs[edition] = b.Bytes()
	}
	testkit.Databases(t, func(t *testing.T, address string) {
		to := emptyOn(t, address)
		for n, edition := range []string{"2024-older", slug} {
			r, err := to.Exchange.ImportPackage(t.Context(), staff, packs[edition])
			to.ok(err)
			if len(r.Differences) != 0 || (len(r.LeftOut) == 0) != (n == 1) {
				t.Errorf("%s: left out %v, differs %+v", edition, r.LeftOut, r.Differences)
			}
		}
		if n := to.count("SELECT COUNT(*) FROM ledger_derivations"); n != 2 {
			t.Errorf("%d derivations, want 2", n)
		}
		if n := to.count("SELECT COUNT(*) FROM ledger_calls AS c JOIN ledger_calls AS o ON o.id = c.superseded_by"); n != 1 {
			t.Errorf("%d calls are superseded by one of the other edition", n)
		}
		if data := to.pack(true); !bytes.Equal(data, packs[slug]) {
			for _, name := range []string{"data/ledger_calls.json", "data/ledger_derivations.json", "data/other_things.json", "data/ledger_issue_items.json", "data/comments.json"} {
				if !bytes.Equal(filesOf(t, data)[name], filesOf(t, packs[slug])[name]) {
					t.Errorf("%s is not the same", name)
				}
			}
		}
	})
}
