package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"plenary/internal/core"
	"plenary/internal/forum/floor"
	"plenary/internal/forum/messages"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/reports"
	"plenary/test/site"
)

// traced gives a Message of the sample whose first pinned sentence leads to a moment
// with a recording, by the API.
func traced(t *testing.T, r *site.Reader) (c messages.Chain, sentence int, m messages.ChainMoment) {
	t.Helper()
	for n := 1; n < 40; n++ {
		p := r.Get("/api/v1/editions/2026-sample/messages/" + strconv.Itoa(n) + "/provenance")
		if p.Status != http.StatusOK {
			continue
		}
		c = chain(t, r, n)
		for _, s := range c.Sentences {
			for _, x := range s.Sources {
				if len(x.Moments) > 0 && x.Kind == messages.SourceTakeaway && x.Moments[0].Recording != "" && x.Moments[0].Person != nil {
					return c, s.Number, x.Moments[0]
				}
			}
		}
	}
	t.Fatal("no sentence of the sample leads to a recording")
	return c, 0, m
}

func chain(t *testing.T, r *site.Reader, n int) (c messages.Chain) {
	t.Helper()
	p := must(t, r.Get("/api/v1/editions/2026-sample/messages/"+strconv.Itoa(n)+"/provenance"), http.StatusOK)
	if err := json.Unmarshal([]byte(p.Body), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

// Three clicks from a sentence on the page of the Messages to the second in the
// recording; the same by the API, also after the transcript and the report were
// corrected (journey 7, idea 1).
func TestThreeClicksToTheSecond(t *testing.T) {
	on(t, func(t *testing.T, s *site.Site) {
		visitor := s.Visitor(t)
		c, n, m := traced(t, visitor)
		section := "#s" + strconv.Itoa(n)
		for _, prefix := range []string{"", "/ar"} {
			p := must(t, visitor.Get(prefix+"/2026-sample/messages"), http.StatusOK)
			link := p.Find("#m"+strconv.Itoa(c.Number)+" a[href$='/provenance']").AttrOr("href", "")
			p = must(t, visitor.Get(link), http.StatusOK) // first click: the sentence
			moment := p.Find(section+` a[href="`+prefix+m.Path+`"]`).First().AttrOr("href", "")
			if moment == "" {
				t.Fatalf("%s does not lead to %s: %s", section, m.Path, p.Text(section))
			}
			if p.Find(section+` a[href="`+m.Recording+`"]`).Length() == 0 { // second click: the recording at that second
				t.Errorf("the page of the chain does not lead to the recording at %s", m.Recording)
			}
			if !strings.Contains(p.Text(section), m.Person.Affiliations[0].Organisation) {
				t.Errorf("the affiliation of that day is missing: %s", p.Text(section))
			}
			p = must(t, visitor.Get(moment), http.StatusOK) // or the moment in the transcript
			_, anchor, _ := strings.Cut(m.Path, "#")
			at := p.Find("[id]").FilterFunction(func(_ int, sel *goquery.Selection) bool { return sel.AttrOr("id", "") == anchor })
			if at.Length() != 1 || !strings.Contains(strings.Join(strings.Fields(at.Text()), " "), strings.Join(strings.Fields(m.Text), " ")[:20]) {
				t.Errorf("the transcript has no moment %s with its words", anchor)
			}
		}
		// The other way: where the moment led.
		p := must(t, visitor.Get("/api/v1/led-to?kind=segment&ref="+url.QueryEscape(string(m.ID))), http.StatusOK)
		if !strings.Contains(p.Body, `"path":"`+c.Path+section+`"`) {
			t.Errorf("the moment does not lead to %s%s: %s", c.Path, section, p.Body)
		}

		// Corrections: of the transcript, then of the report.
		source := c.Sentences[n-1].Sources[0]
		for _, x := range c.Sentences[n-1].Sources {
			if x.Kind == messages.SourceTakeaway && len(x.Moments) > 0 && x.Moments[0].ID == m.ID {
				source = x
			}
		}
		set, err := s.Editions.Setting(t.Context(), core.Operator, "2026-sample")
		if err != nil {
			t.Fatal(err)
		}
		ses := sessionOf(t, s, source.Session.ID)
		start, _ := strings.CutPrefix(strings.SplitN(m.Path, "#", 2)[1], "t=")
		at, err := floor.ParseTime(start)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Floor.Correct(t.Context(), core.Operator, set, ses, m.ID, floor.CorrectInput{
			Version: int64(m.Revision), Start: start, End: floor.FormatTime(at + time.Second), Speaker: m.Speaker, Text: m.Text + " As corrected.", Reason: "Misheard.",
		}); err != nil {
			t.Fatal(err)
		}
		v, err := s.Reports.View(t.Context(), core.Operator, set, ses, reports.Takeaways)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Reports.SaveTakeaways(t.Context(), core.Operator, set, ses, reports.TakeawaysInput{
			Version: v.Revision.Version, Note: "The rest was wrong.", Takeaways: []reports.TakeawayInput{{Text: core.NewText("en", "Cables were mentioned, nothing more.")}},
		}, false); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Reports.Publish(t.Context(), core.Operator, set, ses, reports.Takeaways, "The rest was wrong."); err != nil {
			t.Fatal(err)
		}
		var after messages.ChainSource
		for _, x := range chain(t, visitor, c.Number).Sentences[n-1].Sources {
			if x.Ref == source.Ref && x.Kind == source.Kind {
				after = x
			}
		}
		if !after.Past || len(after.Moments) == 0 || after.Moments[0].ID != m.ID || !strings.Contains(after.Moments[0].Text, "As corrected.") || after.Moments[0].Path != m.Path {
			t.Errorf("after the corrections the chain is %+v", after)
		}
		if p := must(t, visitor.Get(after.Path), http.StatusOK); !strings.Contains(p.Text("main"), strings.Join(strings.Fields(source.Text.String()), " ")) {
			t.Errorf("%s does not show the takeaway as it was", after.Path)
		}
		if flaws, err := s.Messages.Check(t.Context()); err != nil || len(flaws) != 0 {
			t.Errorf("flaws %v, %v", flaws, err)
		}
	})
}

func sessionOf(t *testing.T, s *site.Site, id core.ID) *programme.Session {
	t.Helper()
	found, err := s.Programme.SessionsByID(t.Context(), core.Operator, []core.ID{id})
	if err != nil || found[id] == nil {
		t.Fatalf("session %s: %v", id, err)
	}
	return found[id]
}
