package exchange_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/formats/schedule"
	"plenary/internal/testkit"
)

var (
	slugOfVOC = regexp.MustCompile(`^[a-z0-9_]{4,}-[a-z0-9\-_]{4,}$`)
	refInSlug = regexp.MustCompile(`^[a-z0-9_]+-([a-z]{1,12}[0-9]{1,5})-`)
	versioned = regexp.MustCompile(`^v[0-9a-f]{8}$`)
)

// The schedule is read back without a complaint, names every session for ever, and
// holds neither drafts nor cancelled sessions nor private persons.
func TestScheduleExports(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := demoOn(t, address)
		x := s.enrich()
		for path, write := range map[string]func(io.Writer, *schedule.Schedule) error{
			"/schedule.xml": schedule.WriteXML, "/schedule.json": schedule.WriteJSON, "/schedule.json?format=2": schedule.WriteJSON2,
		} {
			for _, as := range []string{"", "staff"} {
				s.silent(path, string(s.must(as, "/"+slug+path)))
			}
			body := s.must("", "/"+slug+path)
			read, findings, err := schedule.Read(strings.TrimPrefix(path, "/"), body, schedule.Options{})
			s.ok(err)
			for _, f := range findings {
				if f.Outcome == schedule.Refused || f.Outcome == schedule.Repaired {
					t.Errorf("%s: %+v", path, f)
				}
			}
			var again bytes.Buffer
			s.ok(write(&again, read))
			if !bytes.Equal(body, again.Bytes()) {
				t.Errorf("%s read and written again differs", path)
			}
			if !versioned.MatchString(read.Version) || read.Conference.Acronym == "" || len(read.Rooms) == 0 || len(read.Tracks) == 0 {
				t.Errorf("%s: %q %+v", path, read.Version, read.Conference)
			}
			i := slices.IndexFunc(read.Events, func(e schedule.Event) bool { return e.GUID == string(x.session.ID) })
			if i < 0 {
				t.Fatalf("%s does not have the session", path)
			}
			e := read.Events[i]
			if e.Title != "Öffentliche Sitzung & mehr" || e.URL != base+x.session.Path() || len(e.Persons) != 1 || e.Persons[0].GUID != string(x.quiet.ID) || e.Persons[0].Name != "Stille Person" {
				t.Errorf("%s: %+v", path, e)
			}
			for _, e := range read.Events {
				if m := refInSlug.FindStringSubmatch(e.Slug); m == nil || !slugOfVOC.MatchString(e.Slug) || !strings.HasSuffix(e.URL, "/"+m[1]) {
					t.Errorf("%s: slug %q of %s", path, e.Slug, e.URL)
				}
			}
		}
		if w := s.get("", "/"+slug+"/schedule.json?format=3"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("format 3: %d", w.Code)
		}
		var cancelled string
		s.ok(s.DB.Read.NewRaw("SELECT id FROM sessions WHERE state = 'cancelled' LIMIT 1").Scan(t.Context(), &cancelled))
		if bytes.Contains(s.must("", "/"+slug+"/schedule.xml"), []byte(cancelled)) {
			t.Error("a cancelled session is in schedule.xml")
		}
		// The bare address has one language, whatever a program says it reads.
		en, fr := s.must("", "/"+slug+"/schedule.xml"), s.must("", "/fr/"+slug+"/schedule.xml")
		if bytes.Equal(en, fr) {
			t.Error("French is the same as the bare address")
		}
		w := s.get("", "/"+slug+"/schedule.xml")
		if w.Header().Get("ETag") == "" || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/xml") {
			t.Errorf("headers: %v", w.Header())
		}
	})
}

type atom struct {
	XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string   `xml:"id"`
	Title   string   `xml:"title"`
	Updated string   `xml:"updated"`
	Author  []string `xml:"author>name"`
	Links   []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	} `xml:"link"`
	Entries []struct {
		ID      string `xml:"id"`
		Title   string `xml:"title"`
		Updated string `xml:"updated"`
		Author  string `xml:"author>name"`
		Link    struct {
			Rel  string `xml:"rel,attr"`
			Href string `xml:"href,attr"`
		} `xml:"link"`
	} `xml:"entry"`
}

func (a atom) link(rel string) string {
	for _, l := range a.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

// A feed is valid Atom and valid JSON Feed, tells only what is public, leads to pages
// that are there, and can be read to its end.
func TestFeeds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, address string) {
		s := demoOn(t, address)
		x := s.enrich()
		for _, where := range []string{"", "/" + slug, x.report.Path(), "/ar/" + slug} {
			seen := map[string]bool{}
			next := where + "/feed.atom"
			for part := 0; next != "" && part < 4; part++ {
				body := s.must("staff", next)
				// An organisation is public by itself: who speaks for it is not.
				s.silent(next, strings.ReplaceAll(string(body), "Geheimorganisation", ""))
				var a atom
				s.ok(xml.Unmarshal(body, &a))
				if a.Title == "" || !strings.HasPrefix(a.ID, base) || len(a.Author) != 1 || a.link("self") != base+next || a.link("alternate") == "" || len(a.Entries) == 0 || len(a.Entries) > 50 {
					t.Fatalf("%s: %+v", next, a.Links)
				}
				for i, e := range a.Entries {
					at, err := time.Parse(time.RFC3339, e.Updated)
					s.ok(err)
					if !strings.HasPrefix(e.ID, "urn:uuid:") || seen[e.ID] || e.Title == "" || strings.HasPrefix(e.Title, "event.") || e.Link.Rel != "alternate" {
						t.Errorf("%s: entry %+v", next, e)
					}
					if i == 0 && e.Updated != a.Updated {
						t.Errorf("%s: updated %s, newest %s", next, a.Updated, at)
					}
					seen[e.ID] = true
					if part == 0 && i < 12 {
						if w := s.get("", strings.TrimPrefix(e.Link.Href, base)); w.Code >= 400 {
							t.Errorf("%s leads to %s: %d", e.Title, e.Link.Href, w.Code)
						}
					}
				}
				next = strings.TrimPrefix(a.link("next"), base)
			}
			var j struct {
				Version  string `json:"version"`
				Title    string `json:"title"`
				Home     string `json:"home_page_url"`
				Self     string `json:"feed_url"`
				Language string `json:"language"`
				Items    []struct {
					ID   string `json:"id"`
					URL  string `json:"url"`
					Text string `json:"content_text"`
					Date string `json:"date_published"`
				} `json:"items"`
			}
			w := s.get("", where+"/feed.json")
			s.ok(json.Unmarshal(w.Body.Bytes(), &j))
			if j.Version != "https://jsonfeed.org/version/1.1" || j.Title == "" || j.Self != base+where+"/feed.json" || len(j.Items) == 0 || w.Header().Get("Content-Type") != "application/feed+json" {
				t.Errorf("%s/feed.json: %+v %v", where, j, w.Header())
			}
			for _, it := range j.Items {
				if it.ID == "" || it.Text == "" || !strings.HasPrefix(it.URL, base) || it.Date == "" {
					t.Errorf("%s: item %+v", where, it)
				}
			}
		}
		for path, want := range map[string]int{
			x.draft.Path() + "/feed.atom": http.StatusNotFound, "/" + slug + "/feed.atom?before=x": http.StatusUnprocessableEntity,
			"/1999/feed.json": http.StatusNotFound,
		} {
			if w := s.get("", path); w.Code != want {
				t.Errorf("%s: %d, want %d", path, w.Code, want)
			}
		}
	})
}

// The API gives the same activity, part by part.
func TestActivityOfTheAPI(t *testing.T) {
	s := demoOn(t, testkit.SQLite(t))
	s.enrich()
	var seen []string
	path := "/api/v1/editions/" + slug + "/activity?limit=20"
	for next := path; next != "" && len(seen) < 200; {
		body := s.must("staff", next)
		s.silent(next, string(body))
		var list struct {
			Items []struct {
				ID, Kind, Path string
				Label          struct{ By map[string]string }
			}
			Next string
		}
		s.ok(json.Unmarshal(body, &list))
		for _, it := range list.Items {
			if slices.Contains(seen, it.ID) || it.Kind == "" || it.Path == "" {
				t.Errorf("%+v", it)
			}
			seen = append(seen, it.ID)
		}
		next = ""
		if list.Next != "" {
			next = path + "&cursor=" + list.Next
		}
	}
	if len(seen) < 40 {
		t.Errorf("%d events", len(seen))
	}
}

// The page of the data leads to files that are there, and tells of the import only
// those who may.
func TestDataPage(t *testing.T) {
	s := demoOn(t, testkit.SQLite(t))
	links := regexp.MustCompile(`<li><div class="line"><a href="([^"]+)"`)
	for as, want := range map[string]int{"": 10, "member": 10, "staff": 11} {
		body := string(s.must(as, "/"+slug+"/data"))
		found := links.FindAllStringSubmatch(body, -1)
		if len(found) != want {
			t.Errorf("%q is shown %d files, want %d", as, len(found), want)
		}
		for _, m := range found {
			if w := s.get(as, m[1]); w.Code != http.StatusOK {
				t.Errorf("%s: %d", m[1], w.Code)
			}
		}
		if offered := strings.Contains(body, `href="/import-package"`); offered != (as == "staff") {
			t.Errorf("%q: the import is offered: %v", as, offered)
		}
	}
	if body := s.must("", "/"+slug+"/programme/all"); !bytes.Contains(body, []byte(`href="/2026-sample/data"`)) {
		t.Error("the programme does not lead to the data")
	}
}
