package browser

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/testkit"
	"plenary/test/site"
)

// sites are the demo and a forum that is not set up, with what stands for {words}.
type sites struct {
	demo, empty *site.Site
	words       map[string]string
}

func serve(t *testing.T) *sites {
	t.Helper()
	s := &sites{demo: site.Demo(t, testkit.SQLite(t)), empty: site.Empty(t, testkit.SQLite(t)), words: map[string]string{}}
	visitor := s.demo.Visitor(t)
	find := func(word string, r *site.Reader, path, selector string) {
		t.Helper()
		href := r.Get(path).Find(selector).First().AttrOr("href", "")
		if href == "" {
			t.Fatalf("nothing is %q on %s", selector, path)
		}
		s.words[word] = href
	}
	find("{session}", visitor, sample+"/messages/1", `.ladder a[href^="`+sample+`/"]:not([href*="/report"]):not([href*="/transcript"])`)
	organiser := s.demo.As(t, "organiser")
	organiser.Get("/me").Find(`main .rows a[href^="` + sample + `/"]`).Each(func(_ int, a *goquery.Selection) {
		if href := a.AttrOr("href", ""); organiser.Get(href+"/edit").Status == http.StatusOK {
			s.words["{mine}"] = href
		}
	})
	find("{owed}", s.demo.As(t, "rapporteur"), sample+"/", ".next-step a")
	s.words["{owed}"] = strings.TrimSuffix(s.words["{owed}"], "/report/edit")
	find("{document}", visitor, sample+"/messages", `a[href$="/revisions"]`)
	s.words["{document}"] = strings.TrimSuffix(s.words["{document}"], "/revisions")
	find("{reviewed}", visitor, review, `.review a[href*="/p"]`)
	find("{person}", visitor, s.words["{session}"], `.people a[href^="/people/"]`)
	find("{organisation}", visitor, s.words["{session}"], `.people a[href^="/organisations/"]`)
	find("{call}", visitor, "/ledger?state=progress", `main .rows .line a[href^="/ledger/"]`)
	find("{commitment}", visitor, "/commitments", `main article.panel h2 a[href^="/commitments/"]`)
	find("{reference}", visitor, "/references", `main .rows a[href^="/references/"]`)
	visitor.Post("/sign-in", map[string][]string{"email": {"reader@forum.example"}})
	find("{paper}", visitor, "/papers?kind=track-output", `main ul.rows a[href^="/papers/"]`)
	find("{joint}", visitor, "/papers?kind=joint", `main ul.rows a[href^="/papers/"]`)
	find("{transcript}", visitor, sample+"/messages/1", `.ladder a[href*="/transcript"]`)
	s.words["{transcript}"], _, _ = strings.Cut(s.words["{transcript}"], "#")
	s.words["{transcript}"], _, _ = strings.Cut(s.words["{transcript}"], "?")
	s.words["{transcribed}"] = strings.TrimSuffix(s.words["{transcript}"], "/transcript")
	find("{segment}", s.demo.As(t, "secretariat"), s.words["{transcript}"], `.transcript a[href$="/edit"]`)
	s.words["{segment}"] = strings.TrimSuffix(s.words["{segment}"], "/edit")
	draft := organiser.Post("/calls/2026-sample-nomination/answer", url.Values{"lang": {"en"}})
	s.words["{draft}"] = strings.TrimSuffix(draft.URL.Path, "/edit")
	form := draft.Form()
	form.Set("a.candidate_mail[0].name", "Invited Person")
	form.Set("a.candidate_mail[0].email", "invited@example.org")
	form.Set("ask", "1")
	organiser.Post(draft.URL.Path, form)
	var mailed []string
	if err := s.demo.DB.Read.NewRaw("SELECT text FROM outbox WHERE to_addr = 'invited@example.org'").Scan(t.Context(), &mailed); err != nil || len(mailed) == 0 {
		t.Fatalf("nobody was invited: %v", err)
	}
	for _, word := range strings.Fields(mailed[0]) {
		if strings.Contains(word, "/proposals/invited?") {
			s.words["{invited}"] = strings.TrimPrefix(word, s.demo.URL)
		}
	}
	find("{proposal}", s.demo.As(t, "secretariat"), "/calls/2026-sample-workshop/screening", `main table a[href^="/proposals/"]`)
	findReviews(t, s, find)
	findMeetings(t, s, find)
	findPlan(t, s, find)
	findParticipation(t, s, find)
	find("{topic}", visitor, sample+"/topics", `main table a[href^="`+sample+`/topics/"]`)
	find("{input}", visitor, "/calls/2026-sample-thematic-input/proposals", `main .rows a[href^="/proposals/"]`)
	find("{wanted}", s.demo.As(t, "participant"), sample+"/wanted", `main .rows a[href^="`+sample+`/wanted/"]`)
	find("{mail}", visitor, "/demo/mail", `main a[href^="/demo/mail/"]`)
	token, err := s.empty.SetUpToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.words["{token}"] = token
	return s
}

func (s *sites) address(p page, lang string) string {
	base, path := s.demo.URL, p.path
	if p.on == "empty" {
		base = s.empty.URL
	}
	for word, is := range s.words {
		path = strings.ReplaceAll(path, word, is)
	}
	if lang != "en" {
		path = "/" + lang + path
	}
	return base + path
}
