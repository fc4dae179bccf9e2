package exchange

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"plenary/internal/platform/db"
	"plenary/internal/testkit"
)

// What becomes of each column of the rooms of calls, proposals, topics, review and selection. A
// table has its columns after the word of who gets them: everybody (where the row is
// public), the staff, nobody. A table that stands in no package has no columns here.
var decided = map[string]map[string]string{
	"calls": {
		everybody: "id ref edition body kind position title about published cancelled opens closes zone announced audience body_kinds per_person per_org langs becomes shown rules previous form_version created version wanted",
		onlyStaff: "thanks invited alike",
	},
	"call_forms":  {everybody: "call number form published version"},
	"call_moves":  {everybody: "id call was now reason at"},
	"cycle_steps": {everybody: "id edition position name about counted days day clock zone until call url version"},
	"proposals": {
		everybody: "id call edition number form_version state lang answers title updated submitted version wanted",
		onlyStaff: "person organisation org_key copied_from note created",
		nobody:    "account",
	},
	"proposal_revisions": {onlyStaff: "proposal number form_version answers at", nobody: "by_account"},
	"proposal_people": {
		everybody: "id proposal question means position name name_key organisation stakeholder country onsite state own person gone",
		onlyStaff: "email email_key gender asked lang invited answered",
		nobody:    "token",
	},
	"proposal_findings": {onlyStaff: "proposal rule outcome args overruled by_name at"},
	"proposal_offers": {
		onlyStaff: "id proposal profile self name email organisation stakeholder country words state at answered", nobody: "account",
	},
	"proposal_merges": {onlyStaff: "id call proposal other by_name words state reply reply_name at answered", nobody: "by_account"},
	"topic_tags":      {everybody: "id edition head name offered hidden created version", onlyStaff: "reason"},
	"topic_spellings": {everybody: "edition fold tag"},
	"topic_merges":    {everybody: "id edition number tag moved made undone"},
	"topic_apart":     {onlyStaff: "edition one other"},
	"topic_clusters":  {onlyStaff: "id edition name theme created version"},
	"topic_places":    {onlyStaff: "edition input cluster"},
	"topic_decisions": {
		everybody: "id edition number theme day body body_name name reason minutes words inputs made", onlyStaff: "cluster",
	},
	"review_phases": {
		onlyStaff: "id call number name opens closes zone reviews min_load max_load of_group langs blind named bidding shown discussion feedback version",
	},
	"review_criteria": {onlyStaff: "id call position label about weight anchors threshold version"},
	"review_reviewers": {
		onlyStaff: "id call person email email_key name body stakeholder region organisation langs topics min_load max_load gone created version", nobody: "account",
	},
	"review_conflicts":   {onlyStaff: "reviewer proposal declared words overruled codes by_name at"},
	"review_bids":        {onlyStaff: "reviewer proposal bid"},
	"review_assignments": {onlyStaff: "phase proposal reviewer pinned at"},
	"review_reviews":     {onlyStaff: "phase proposal reviewer state marks for_proposer for_committee reason updated submitted version"},
	"review_remarks":     {onlyStaff: "id phase proposal reviewer name body at", nobody: "account"},
	"review_reminders":   {},
	"selections":         {onlyStaff: "call rules reasons tasks about version"},
	"selection_choices": {
		onlyStaff: "proposal call choice type target conditions reasons words note by_name at version", nobody: "account",
	},
	"selection_mergers":  {onlyStaff: "id call one two words state one_says two_says one_words two_words by_name at answered version"},
	"selection_rounds":   {onlyStaff: "call number at by_name body note inputs facts digest"},
	"selection_results":  {onlyStaff: "call round proposal place choice type target conditions reasons words hand why answer answered by_name version"},
	"selection_sessions": {everybody: "proposal session edition", onlyStaff: "at"},
	"selection_letters":  {onlyStaff: "call kind lang subject body version"},
	"selection_done":     {onlyStaff: "proposal task by_name at"},
	"selection_news":     {onlyStaff: "id call title body by_name at"},
}

const (
	everybody = "everybody"
	onlyStaff = "staff"
	nobody    = "nobody"
)

var roomTable = regexp.MustCompile(`(?m)^-- room: (calls|proposals|topics|review|selection)\nCREATE TABLE (\w+)`)

// Of every column of these rooms it was decided who gets it, and so it is described.
func TestEveryColumnOfInputsIsDecided(t *testing.T) {
	files := os.DirFS(filepath.Join(testkit.Root(t), "migrations"))
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range roomTable.FindAllStringSubmatch(string(b), -1) {
			tables = append(tables, m[2])
		}
	}
	if len(tables) != len(decided) {
		t.Errorf("%d tables, decided of %d", len(tables), len(decided))
	}
	d, err := db.Open(t.Context(), testkit.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for _, table := range tables {
		who, ok := decided[table]
		if !ok {
			t.Errorf("nobody has decided about %s", table)
			continue
		}
		rel := relationNamed(table)
		if (rel == nil) != (len(who) == 0) {
			t.Errorf("%s stands in a package: %v", table, rel != nil)
		}
		if rel == nil {
			continue
		}
		is := map[string]string{}
		for to, list := range who {
			for _, name := range strings.Fields(list) {
				is[name] = to
			}
		}
		var there []string
		for _, c := range typesOf(t, d, table) {
			there = append(there, c.Name())
			col, want := rel.column(c.Name()), everybody
			switch {
			case col == nil:
				want = "not described"
			case col.local:
				want = nobody
			case col.secret || rel.closed:
				want = onlyStaff
			}
			if is[c.Name()] != want {
				t.Errorf("%s.%s is for %s, decided for %q", table, c.Name(), want, is[c.Name()])
			}
		}
		for name := range is {
			if !slices.Contains(there, name) {
				t.Errorf("%s has no %s", table, name)
			}
		}
	}
}
