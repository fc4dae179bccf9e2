package exchange_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/record"
	"plenary/internal/testkit"
)

func hoursOf(n int) time.Duration { return time.Duration(n) * time.Hour }

// differ tells which files of two packages differ, and where.
func differ(t *testing.T, a, b []byte) {
	t.Helper()
	x, y := filesOf(t, a), filesOf(t, b)
	for name, was := range x {
		is := y[name]
		if bytes.Equal(was, is) {
			continue
		}
		n := 0
		for n < len(was) && n < len(is) && was[n] == is[n] {
			n++
		}
		t.Errorf("%s differs at byte %d:\n%.300s\n%.300s", name, n, was[max(0, n-100):], is[max(0, n-100):])
	}
}

func filesOf(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = b
	}
	return out
}

// A package that is brought into an empty forum comes out of it byte by byte the same:
// within each database, and from one to the other.
func TestPackageComesBackTheSame(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := demoOn(t, address)
		from.enrich()
		for name, all := range map[string]bool{"all": true, "public": false} {
			t.Run(name, func(t *testing.T) {
				data := from.pack(all)
				if again := from.pack(all); !bytes.Equal(data, again) {
					t.Fatal("the same package twice is not the same")
				}
				testkit.Databases(t, func(t *testing.T, address string) { comesBack(t, emptyOn(t, address), data, all) })
			})
		}
	})
}

func comesBack(t *testing.T, to *stage, data []byte, all bool) {
	t.Helper()
	if !to.Exchange.Recognise(data) {
		t.Error("the package is not recognised")
	}
	began := core.Machine()
	r, err := to.Exchange.ImportPackage(t.Context(), staff, data)
	to.ok(err)
	took := core.MachineSince(began)
	t.Logf("%d bytes in %v: %+v", len(data), took, r.Counts)
	left := []string{"2024-older/main1", "2024-older: An output of the year before", "2024-older: Our later call"}
	if all {
		left = append(left, "2024-older: zzfardraft")
	}
	if r.Slug != slug || len(r.Differences) != 0 || !slices.Equal(r.LeftOut, left) {
		t.Errorf("result: %+v", r)
	}
	back := to.pack(all)
	// What leads to an edition that is not here is all that is missing.
	want, is := filesOf(t, data), filesOf(t, back)
	for _, name := range []string{
		"datapackage.json", "README.md", "data/session_relations.json", "data/other_sessions.json", "data/ledger_calls.json", "data/ledger_derivations.json",
		"data/other_things.json",
	} {
		delete(want, name)
		delete(is, name)
	}
	if !maps.EqualFunc(want, is, bytes.Equal) {
		differ(t, data, back)
	}
	// From here on nothing is missing: the package of the copy comes back as it is.
	again := emptyOn(t, testkit.SQLite(t))
	_, err = again.Exchange.ImportPackage(t.Context(), staff, back)
	to.ok(err)
	if third := again.pack(all); !bytes.Equal(back, third) {
		differ(t, back, third)
	}
	for _, path := range []string{"", "/programme/all", "/messages", "/data"} {
		to.must("", "/"+slug+path)
	}
	for kind, list := range map[string][]record.Event{"public": to.events(false), "all": to.events(true)} {
		if n := len(list); n == 0 {
			t.Errorf("no %s events of the import", kind)
		}
	}
}

// events are those of the imported edition.
func (s *stage) events(internal bool) []record.Event {
	s.t.Helper()
	set, err := s.Editions.Setting(s.t.Context(), staff, slug)
	s.ok(err)
	list, err := s.Record.Events(s.t.Context(), record.Query{Scope: set.Scope(), Internal: internal, Page: core.Page{Limit: 500}})
	s.ok(err)
	return list.Items
}

// The demo by itself, to which nothing outside is tied, comes back without any loss.
func TestDemoPackageComesBackTheSame(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := demoOn(t, address)
		for _, all := range []bool{true, false} {
			data := from.pack(all)
			testkit.Databases(t, func(t *testing.T, address string) {
				to := emptyOn(t, address)
				_, err := to.Exchange.ImportPackage(t.Context(), staff, data)
				to.ok(err)
				if back := to.pack(all); !bytes.Equal(data, back) {
					differ(t, data, back)
				}
			})
		}
	})
}

// Nothing that is not public is in a public package, whoever takes it; the staff may
// have all of it.
func TestPublicPackageKeepsSecrets(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := demoOn(t, address)
		x := s.enrich()
		for _, as := range []string{"", "member", "staff"} {
			for name, b := range filesOf(t, s.must(as, "/"+slug+"/package.zip")) {
				s.silent(name+" as "+as, string(b))
				for _, w := range append(s.voters(), never...) {
					if bytes.Contains(b, []byte(w)) {
						t.Errorf("%s as %s tells %q, which leaves in no package", name, as, w)
					}
				}
				for what, id := range map[string]core.ID{"private person": x.hidden.ID, "draft session": x.draft.ID} {
					if bytes.Contains(b, []byte(id)) {
						t.Errorf("%s names the %s", name, what)
					}
				}
			}
		}
		var all strings.Builder
		for _, b := range filesOf(t, s.must("staff", "/"+slug+"/package.zip?all=1")) {
			all.Write(b)
		}
		for _, w := range append(s.voters(), never...) {
			if strings.Contains(all.String(), w) {
				t.Errorf("the package with everything tells %q", w)
			}
		}
		for _, w := range secrets {
			if w != "Frueherer Name" && !strings.Contains(all.String(), w) {
				t.Errorf("the package with everything has no %q", w)
			}
		}
		if !strings.Contains(all.String(), "frueherer name") {
			t.Error("the package with everything does not find a person by her former name")
		}
		if w := s.get("", "/"+slug+"/package.zip?all=1"); w.Code != http.StatusSeeOther {
			t.Errorf("a visitor asks for everything: %d", w.Code)
		}
		if w := s.get("member", "/"+slug+"/package.zip?all=1"); w.Code != http.StatusForbidden {
			t.Errorf("a member asks for everything: %d", w.Code)
		}
	})
}

// What is here already stays as it is, and what differs is told.
func TestKnownPersonsStay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		from := demoOn(t, address)
		data := from.pack(true)
		set, err := from.Editions.Setting(t.Context(), staff, slug)
		from.ok(err)
		// The same forum, in which the edition was never and one person is called otherwise.
		for _, table := range []string{
			"opinion_votes", "opinion_statements", "opinion_polls", "paper_endorsements", "papers", "ledger_derivations", "ledger_mentions", "ledger_citations",
			"ledger_deliveries", "ledger_flags", "ledger_updates", "ledger_commitments", "ledger_addressees", "ledger_calls", "ledger_issue_items",
			"support_files", "support_reminders", "support_entries", "support_scores", "support_recommendations", "support_applications", "support_members", "support_programmes",
			"session_places", "session_invited", "attendances", "attendance_voids",
			"door_scans", "badge_arrivals", "badge_items", "badge_files", "badge_batches", "badges", "badge_designs", "doors",
			"conduct_files", "conduct_notes", "conduct_recused", "conduct_decisions", "conduct_handlers", "conduct_reports", "conduct_settings",
			"figure_values", "figure_hidden", "figure_drift", "figure_checks",
			"hub_counts", "issued_letters", "registration_files", "registration_notes", "registration_media", "registration_words", "registrations",
			"registration_apart", "registration_bulks", "hubs", "delegations", "registration_categories", "registration_settings",
			"transcript_segments", "transcript_speakers", "transcripts", "recordings", "document_sources", "document_paragraphs", "document_revisions", "message_sets",
			"message_clusters", "message_materials", "message_signers", "message_signatures", "message_statements",
			"mailed_comments", "consultation_challenges", "own_changes", "comment_acts", "comment_changes", "comment_places", "comment_supports", "comment_notes",
			"disposition_reasons", "comments", "consultations",
			"topic_decisions", "topic_places", "topic_clusters", "topic_apart", "topic_merges", "topic_spellings", "topic_tags",
			"selection_news", "selection_done", "selection_letters", "selection_sessions", "selection_results", "selection_rounds", "selection_mergers", "selection_choices", "selections",
			"review_reminders", "review_remarks", "review_reviews", "review_assignments", "review_bids", "review_conflicts", "review_reviewers", "review_criteria", "review_phases",
			"form_drafts", "proposal_merges", "proposal_offers", "proposal_findings", "proposal_people", "proposal_revisions", "proposals", "call_moves", "call_forms", "calls", "cycle_steps",
			"report_cards", "report_notes", "report_helpers", "report_remarks", "report_reminders", "report_rules", "report_settings", "reports", "documents",
			"release_notices", "release_changes", "release_slots", "releases", "timetable_runs", "timetable_steps", "timetable_accepted", "timetable_ties",
			"timetable_absences", "timetable_rooms", "placement_wishes", "placements", "agenda_bookmarks",
		} {
			from.exec("DELETE FROM " + table)
		}
		for _, q := range []string{
			"DELETE FROM session_relations", "DELETE FROM session_roles", "DELETE FROM session_tracks", "DELETE FROM session_questions", "DELETE FROM session_refs",
			"DELETE FROM sessions WHERE edition = ?", "DELETE FROM session_types WHERE edition = ?", "DELETE FROM edition_figures WHERE edition = ?",
			"DELETE FROM policy_questions WHERE edition = ?", "DELETE FROM themes WHERE edition = ?", "DELETE FROM rooms WHERE edition = ?", "DELETE FROM venues WHERE edition = ?",
		} {
			from.exec(strings.ReplaceAll(q, "?", "'"+string(set.ID)+"'"))
		}
		var person core.ID
		from.ok(from.DB.Read.NewRaw("SELECT MIN(person) FROM affiliations").Scan(t.Context(), &person))
		from.exec("UPDATE people SET name = 'Changed Here', version = 7 WHERE id = ?", person)
		from.exec("DELETE FROM ledger_evidence WHERE subject <> ''")
		from.exec("UPDATE ledger_issues SET words = '[\"here\"]', version = 9 WHERE slug = 'human-rights-online'")
		_, err = from.Exchange.ImportPackage(t.Context(), staff, data)
		if core.KindOf(err) != core.KindConflict {
			t.Fatalf("the edition is here: %v", err)
		}
		from.remove(set.ID)
		r, err := from.Exchange.ImportPackage(t.Context(), staff, data)
		from.ok(err)
		if len(r.Differences) != 2 || r.Differences[1].Kind != "issue" || r.Differences[1].Path != "/issues/human-rights-online" || !slices.Equal(r.Differences[1].Columns, []string{"words"}) {
			t.Errorf("differences: %+v", r.Differences)
		}
		if n := from.count("SELECT COUNT(*) FROM ledger_issue_items"); n == 0 {
			t.Error("what belongs to issues that were here did not come")
		}
		if r.Differences[0].ID != person || !slices.Equal(r.Differences[0].Columns, []string{"name"}) || r.Differences[0].Label != "Changed Here" {
			t.Errorf("differences: %+v", r.Differences)
		}
		p, err := from.People.Get(t.Context(), staff, person)
		from.ok(err)
		if p.Name != "Changed Here" || p.Version != 7 {
			t.Errorf("the person was overwritten: %+v", p)
		}
	})
}

// remove takes an edition away that nothing belongs to any more.
func (s *stage) remove(id core.ID) {
	s.t.Helper()
	s.write(func(ctx context.Context, tx *record.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM editions WHERE id = ?", id)
		tx.Append("edition.changed", id, core.ScopeForum, record.Internal, nil)
		return err
	})
}

// Only the staff of the forum may bring a package in.
func TestWhoMayImport(t *testing.T) {
	s := emptyOn(t, testkit.SQLite(t))
	for kind, a := range map[core.Kind]core.Actor{
		core.KindSignIn: core.Visitor, core.KindForbidden: s.actors["member"],
	} {
		if _, err := s.Exchange.ImportPackage(t.Context(), a, nil); core.KindOf(err) != kind {
			t.Errorf("%v: %v", a, err)
		}
	}
	editor := core.Actor{Account: "x", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: "an-edition"}}}
	if _, err := s.Exchange.ImportPackage(t.Context(), editor, nil); core.KindOf(err) != core.KindForbidden {
		t.Errorf("the secretariat of one edition: %v", err)
	}
}

// The descriptor is a Frictionless Data Package whose files are as it says.
func TestDescriptor(t *testing.T) {
	s := demoOn(t, testkit.SQLite(t))
	files := filesOf(t, s.pack(false))
	var d struct {
		Profile, Name, Title string
		Resources            []struct {
			Name, Path, Profile string
			Bytes               int
			Schema              struct {
				Fields []struct{ Name, Type string }
			}
		}
	}
	s.ok(json.Unmarshal(files["datapackage.json"], &d))
	if d.Profile != "data-package" || d.Name != "edition-2026-sample" || d.Title == "" {
		t.Errorf("descriptor: %+v", d)
	}
	for _, r := range d.Resources {
		if len(files[r.Path]) != r.Bytes || len(r.Schema.Fields) == 0 || r.Profile != "tabular-data-resource" || strings.ToLower(r.Name) != r.Name {
			t.Errorf("resource %s: %+v", r.Name, r)
		}
		delete(files, r.Path)
	}
	if len(files) != 2 {
		t.Errorf("files that are not described: %v", slices.Sorted(maps.Keys(files)))
	}
	if !bytes.Contains(files["README.md"], []byte("plenary import 2026-sample-package.zip")) {
		t.Error("the README does not say how to import")
	}
}
