package e2e

import (
	"bytes"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"plenary/internal/core"
	"plenary/internal/formats/schedule"
	"plenary/internal/forum/archive"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/timetable"
	"plenary/internal/testkit"
	"plenary/test/site"
)

// exported are the files in which an edition hands its programme on.
var exported = []string{"schedule.xml", "schedule.json", "schedule.json?format=2", "programme.ics", "programme.csv"}

// Whatever an edition hands out it can read back, and nothing changes (E093).
func TestOwnExportsChangeNothing(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		list, err := s.Editions.Editions(t.Context(), core.Visitor)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			for _, file := range exported {
				body := must(t, s.Visitor(t).Get("/"+e.Slug+"/"+file), http.StatusOK).Body
				name, _, _ := strings.Cut(file, "?")
				p, err := s.Archive.Stage(t.Context(), core.Operator, setting(t, s, e.Slug), archive.Source{Name: name, Data: []byte(body), Lang: "en"})
				if err != nil {
					t.Errorf("%s of %s: %v", file, e.Slug, err)
					continue
				}
				for _, note := range p.NotesOf(archive.NoteRepair) {
					if slices.Contains([]string{"missing-room", "missing-track", "missing-time", "column-kept"}, note.Code) {
						continue // the session has none
					}
					t.Errorf("%s of %s is not as it should be: %+v", file, e.Slug, note)
				}
				n := 0
				for _, st := range p.Items {
					for _, c := range st.Changes {
						if n++; n < 6 {
							t.Errorf("%s of %s would change %q: %+v", file, e.Slug, st.Label, c)
						}
					}
					if st.Choice == archive.ChoiceNew && st.Kind == archive.KindSession {
						t.Errorf("%s of %s: %q is new", file, e.Slug, st.Label)
					}
				}
			}
		}
	})
}

// duration is the one pattern of the schemas that Go's expressions do not know.
type duration struct{ text string }

func (d duration) MatchString(s string) bool { return len(s) > 1 && s[0] == 'P' }
func (d duration) String() string            { return d.text }

// What every edition of the demo hands on is what the formats ask for: the published schemas
// hold, and a calendar reads.
func TestExportsValidate(t *testing.T) {
	folder := testkit.Shared(t, "fixtures/schedules/voc/validator")
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	c.UseRegexpEngine(func(text string) (jsonschema.Regexp, error) {
		if strings.HasPrefix(text, "^P(?!$)") {
			return duration{text}, nil
		}
		return regexp.Compile(text)
	})
	schemas := map[string]*jsonschema.Schema{}
	for file, name := range map[string]string{"schedule.json": "schema.json", "schedule.json?format=2": "schema2.json"} {
		s, err := c.Compile(filepath.Join(folder, "json", name))
		if err != nil {
			t.Fatal(err)
		}
		schemas[file] = s
	}
	lint, lintErr := exec.LookPath("xmllint")
	if lintErr != nil {
		t.Log("schedule.xml is not put before its schema: no xmllint here")
	}
	s := site.Demo(t, testkit.SQLite(t))
	list, err := s.Editions.Editions(t.Context(), core.Visitor)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		get := func(file string) []byte {
			return []byte(must(t, s.Visitor(t).Get("/"+e.Slug+"/"+file), http.StatusOK).Body)
		}
		for file, schema := range schemas {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(get(file)))
			if err == nil {
				err = schema.Validate(doc)
			}
			if err != nil {
				t.Errorf("%s of %s: %v", file, e.Slug, err)
			}
		}
		for _, file := range []string{"schedule.xml", "programme.ics"} {
			if _, found, err := schedule.Read(file, get(file), schedule.Options{}); err != nil || slices.ContainsFunc(found, func(f schedule.Finding) bool { return f.Outcome == schedule.Refused }) {
				t.Errorf("%s of %s: %v %+v", file, e.Slug, err, found)
			}
		}
		if lintErr != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), lint, "--noout", "--schema", filepath.Join(folder, "xsd", "schedule.xml.xsd"), "-")
		cmd.Stdin = bytes.NewReader(get("schedule.xml"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("schedule.xml of %s: %v\n%.800s", e.Slug, err, out)
		}
	}
}

// Nothing of a plan leaves the forum before it is released, whoever asks and in whatever
// form (E092).
func TestExportsFollowReleases(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		addEdition(t, s, "Europe/Oslo", carriedDay, carriedDay)
		apply(t, s, carried, "talks.csv", talks("Opening of the fair,"+carriedDay+",09:00,10:00,Hall", "Cables under ice,"+carriedDay+",11:30,12:30,Hall", "Maps that lie,"+carriedDay+",10:15,11:15,Cabin"))
		set := setting(t, s, carried)
		if err := s.Timetable.Begin(t.Context(), core.Operator, set); err != nil {
			t.Fatal(err)
		}
		visitor, staff := s.Visitor(t), s.As(t, "secretariat")
		files := append([]string{"programme", "programme?view=grid"}, exported...)
		take := func() map[string]string {
			out := map[string]string{}
			for _, f := range files {
				out[f] = must(t, visitor.Get("/"+carried+"/"+f), http.StatusOK).Body
				if f != "programme.csv" && slices.Contains(exported, f) { // her table lists drafts, as her list does
					out["staff "+f] = must(t, staff.Get("/"+carried+"/"+f), http.StatusOK).Body
				}
			}
			for k, body := range out {
				out[k] = version.ReplaceAllString(body, "")
			}
			return out
		}
		was := take()
		plan(t, s, "Opening of the fair", func(to *timetable.Spot) { to.Starts, to.Ends = to.Starts.Add(time.Hour), to.Ends.Add(time.Hour) })
		plan(t, s, "Maps that lie", func(to *timetable.Spot) { to.State = timetable.PlanCancelled })
		it, _ := placed(t, s, "Cables under ice")
		x, err := s.Programme.Session(t.Context(), core.Operator, set, it.Ref)
		if err != nil {
			t.Fatal(err)
		}
		in := programme.InputOf(x)
		in.Title = core.NewText("en", "A title of tomorrow")
		if _, err := s.Programme.Change(t.Context(), core.Operator, set, it.Ref, in); err != nil {
			t.Fatal(err)
		}
		apply(t, s, carried, "more.csv", talks("A session of tomorrow,"+carriedDay+",14:00,15:00,Hall"))
		now := take()
		for f, body := range now {
			if strings.Contains(body, "of tomorrow") {
				t.Errorf("%s holds what is only planned", f)
			}
			if !strings.HasPrefix(f, "programme") || strings.Contains(f, ".") {
				if diff := cmp.Diff(strings.Split(was[f], "\n"), strings.Split(body, "\n")); diff != "" {
					t.Errorf("%s is another one before the release:\n%.1500s", f, diff)
				}
			}
		}
		release(t, s)
		for f, body := range take() {
			if !strings.Contains(body, "A session of tomorrow") || !strings.Contains(body, "A title of tomorrow") {
				t.Errorf("%s does not hold what was released", f)
			}
		}
	})
}
