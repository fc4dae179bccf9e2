package ledger_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/ledger"
	"plenary/internal/forum/reports"
)

// A member answers a call by the form; a second member confirms; everybody reads it at
// the call, on the organisation's page, in the list, as CSV and JSON, and by the API.
func TestAnswerByForm(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		calls := s.publish(t, licence, masts)
		c, other := calls[masts.Text.String()], calls[licence.Text.String()]
		s.clock.Freeze(time.Date(2024, 3, 1, 9, 0, 0, 0, time.UTC))
		silent := text(s.page("", c.Path()).Find("main"))
		if !strings.Contains(silent, "Addressed as a group; nobody has answered since 8 Oct 2023, for 145 days.") {
			t.Errorf("the silence is not said: %q", silent)
		}
		if code, _ := s.get("stranger", c.Path()+"/answer"); code != http.StatusForbidden {
			t.Errorf("somebody without an organisation gets the form: %d", code)
		}
		if code, _, _ := s.send("stranger", http.MethodPost, c.Path()+"/answer", "application/x-www-form-urlencoded",
			strings.NewReader("organisation="+string(s.river.ID)+"&kind=answer&words.Orig=en&words.By[en]=x")); code != http.StatusForbidden {
			t.Errorf("somebody without an organisation answers: %d", code)
		}
		answer := s.must("ana", c.Path()+"/answer", map[string]string{
			"kind": "commitment", "words.By[en]": "We share forty masts.", "due": "2024-12-31", "contact": "Press office",
			"links[0].title": "Plan", "links[0].url": "https://river.example/plan", "copy_title": "Minutes", "copy_text": "We decided to share.",
		})
		if code, _ := s.get("", answer); code != http.StatusNotFound {
			t.Errorf("a visitor reads a claim: %d", code)
		}
		if code, _ := s.get("stranger", answer); code != http.StatusNotFound {
			t.Errorf("a stranger reads a claim: %d", code)
		}
		for _, path := range []string{c.Path(), "/ledger", "/commitments", s.river.Path(), "/ledger.json", "/api/v1/ledger", "/api/v1/commitments", "/test/report/" + string(s.session.ID)} {
			for _, as := range []string{"", "cem", "stranger"} {
				if _, body := s.get(as, path); strings.Contains(body, "forty masts") {
					t.Errorf("%s tells %q of a claim", path, as)
				}
			}
		}
		if own := s.page("ana", answer); own.Find("form[action$='/confirm']").Length() != 0 || !strings.Contains(text(own.Find("main")), "not yet confirmed") {
			t.Error("she who handed it in may confirm it, or does not see that it waits")
		}
		if s.page("ben", answer).Find("form[action$='/confirm']").Length() != 1 {
			t.Fatal("a second member cannot confirm")
		}
		if code, _, _ := s.send("ben", http.MethodPost, answer+"/confirm", "", nil); code != http.StatusSeeOther {
			t.Fatalf("confirm: %d", code)
		}
		got := text(s.page("", c.Path()).Find("#answers"))
		for _, want := range []string{"River Networks", "We share forty masts.", "By 31 Dec 2024", "Press office", "Plan", "Minutes", "Confirmed by a second member"} {
			if !strings.Contains(got, want) {
				t.Errorf("the answer lacks %q: %s", want, got)
			}
		}
		sum := sha256.Sum256([]byte("We decided to share."))
		page := s.page("", answer)
		if !strings.Contains(text(page.Find(".files")), hex.EncodeToString(sum[:])) {
			t.Error("the hash of the kept copy is not shown")
		}
		if _, body := s.get("", page.Find(".files a[href^='/kept/']").AttrOr("href", "")); body != "We decided to share." {
			t.Errorf("the kept copy holds %q", body)
		}
		for path, want := range map[string]string{
			"/ledger?state=committed": "Share masts", "/ledger?to=private-sector": "1 answer", "/2023/calls": "Committed", s.river.Path(): "forty masts",
			"/ledger?silent=1": "Offer a licence", "/ledger?q=masts": "Share masts", "/commitments": "forty masts",
		} {
			if got := text(s.page("", path).Find("main")); !strings.Contains(got, want) {
				t.Errorf("%s lacks %q: %s", path, want, got)
			}
		}
		if _, body := s.get("", "/ledger.csv"); !strings.Contains(body, "Share masts with communities.") || !strings.Contains(body, "2023-10-08") || !strings.Contains(body, "145") {
			t.Errorf("CSV: %s", body)
		}
		var list core.List[ledger.CallView]
		s.api("/api/v1/ledger?state=committed", &list)
		if list.Total != 1 || len(list.Items[0].Answers) != 1 || list.Items[0].Answers[0].Due != "2024-12-31" {
			t.Errorf("API: %+v", list)
		}
		var one ledger.CallView
		s.api("/api/v1/ledger/"+string(other.ID), &one)
		if one.SilentDays != 145 || one.State != "open" {
			t.Errorf("API: %+v", one)
		}
	})
}

// Wrong input comes back as it was typed, with its problems.
func TestFormsSayWhatIsWrong(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		c := s.publish(t, licence, masts)[masts.Text.String()]
		code, body, _ := s.fill("ana", c.Path()+"/answer", map[string]string{"links[0].url": "ftp://x", "words.By[en]": ""})
		if got := text(s.read("answer", body).Find(".problem")); code != http.StatusUnprocessableEntity || !strings.Contains(got, "no address on the web") {
			t.Errorf("%d %q", code, got)
		}
		code, body, _ = s.upload("ana", c.Path()+"/answer", map[string]string{"organisation": string(s.river.ID), "kind": "answer", "words.Orig": "en", "words.By[en]": "See the file."}, "run.exe", "MZ\x90\x00\x03\x00")
		if code != http.StatusUnprocessableEntity {
			t.Errorf("a program is taken as evidence: %d %s", code, body)
		}
		code, _, head := s.upload("ana", c.Path()+"/answer", map[string]string{"organisation": string(s.river.ID), "kind": "answer", "words.Orig": "en", "words.By[en]": "See the file."}, "plan.txt", "The plan.")
		if code != http.StatusSeeOther {
			t.Fatalf("a text is not taken: %d %v", code, s.asked.errors)
		}
		answer := head.Get("Location")
		kept := s.page("ana", answer).Find(".files a[href^='/kept/']").AttrOr("href", "")
		if code, _ := s.get("", kept); code != http.StatusNotFound {
			t.Errorf("a visitor reads the copy of a claim: %d", code)
		}
		if code, body := s.get("ben", kept); code != http.StatusOK || body != "The plan." {
			t.Errorf("the organisation reads %d %q", code, body)
		}
		for _, path := range []string{"/ledger/mark", "/ledger/derive", "/ledger/deliver", "/issues/new", "/processes/new", "/references/new", c.Path() + "/addressees", c.Path() + "/supersede"} {
			if code, _ := s.get("ana", path); code != http.StatusForbidden {
				t.Errorf("%s answers a member with %d", path, code)
			}
			if code, _ := s.get("", path); code == http.StatusOK {
				t.Errorf("%s opens for a visitor", path)
			}
		}
		for _, path := range []string{"/ledger/x", "/commitments/x", "/issues/x", "/processes/x", "/references/x", "/kept/x", "/ledger/" + string(s.river.ID)} {
			if code, _ := s.get("", path); code != http.StatusNotFound {
				t.Errorf("%s: %d", path, code)
			}
		}
	})
}

// The staff find the organisation that a call names, and record an answer from a letter.
func TestStaffAtWork(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		calls := s.publish(t, licence, masts)
		c := calls[licence.Text.String()]
		if got := text(s.page("staff", "/ledger?todo=addressee").Find(".rows")); !strings.Contains(got, "Offer a licence") || strings.Contains(got, "Share masts") {
			t.Errorf("what is to be done: %q", got)
		}
		form := s.page("staff", c.Path()+"/addressees")
		if got := text(form.Find("fieldset.choices")); !strings.Contains(got, "Ministry of the Hills") {
			t.Fatalf("the organisation that the words name is not offered: %q", got)
		}
		s.must("staff", c.Path()+"/addressees", map[string]string{"organisations": string(s.hill.ID)})
		if s.page("", c.Path()).Find(`.to a[href="`+s.hill.Path()+`"]`).Length() != 1 {
			t.Error("the confirmed organisation is not linked")
		}
		if code, _, _ := s.fill("staff", c.Path()+"/addressees", map[string]string{"name": "Nobody at all"}); code != http.StatusUnprocessableEntity {
			t.Errorf("an unknown organisation: %d", code)
		}
		if got := text(s.page("", s.hill.Path()).Find("#ledger")); !strings.Contains(got, "Offer a licence") {
			t.Errorf("the organisation's page: %q", got)
		}
		s.clock.Freeze(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
		s.must("staff", c.Path()+"/answer", map[string]string{"organisation_name": "Ministry of the Hills", "kind": "decline", "words.By[en]": "The law does not allow it.", "said": "2024-02-02"})
		page := s.page("", c.Path())
		if got := text(page.Find("main")); !strings.Contains(got, "Declined with reasons") || !strings.Contains(got, "Said on 2 Feb 2024") {
			t.Errorf("the recorded answer: %q", got)
		}
		later := calls[masts.Text.String()]
		s.must("staff", c.Path()+"/supersede", map[string]string{"by": s.BaseURL + "/ar" + later.Path(), "note": "Said again."})
		page = s.page("", c.Path())
		if page.Find(`main a[href="`+later.Path()+`"]`).Length() == 0 || !strings.Contains(text(page.Find("main")), "Said again.") {
			t.Error("the later call is not linked")
		}
		if code, _, _ := s.fill("cem", c.Path()+"/answer", map[string]string{"kind": "answer", "words.By[en]": "x"}); code == http.StatusSeeOther {
			t.Error("a superseded call is answered")
		}
		s.must("staff", c.Path()+"/supersede", map[string]string{"by": "", "note": ""})
		if state(t, s.house, c.ID) != ledger.StateDeclined {
			t.Errorf("it stands again as %s", state(t, s.house, c.ID))
		}
	})
}

// The number of questions to the database does not depend on how many calls there are.
func TestQueries(t *testing.T) {
	onSite(t, func(t *testing.T, s *site) {
		many := []reports.CallInput{licence, masts}
		for i := range 30 {
			many = append(many, reports.CallInput{Text: en(fmt.Sprintf("Do thing %d.", i)), To: []string{"government"}})
		}
		calls := s.publish(t, many...)
		for i := range 12 {
			x := s.claim(t, s.ana, calls[fmt.Sprintf("Do thing %d.", i)].ID, ledger.ClaimInput{Organisation: string(s.river.ID), Kind: ledger.KindAnswer, Words: en("Yes.")})
			if err := s.s.Confirm(t.Context(), staff, x.ID, x.Version); err != nil {
				t.Fatal(err)
			}
		}
		for path, want := range map[string]int64{
			"/ledger": 22, "/2023/calls": 24, calls[masts.Text.String()].Path(): 34, "/commitments": 10, "/test/report/" + string(s.session.ID): 20,
		} {
			few, n := path, s.queries(path)
			if n > want {
				t.Errorf("%s asks %d questions, want %d at most", few, n, want)
			}
			t.Logf("%s: %d", path, n)
		}
		if a, b := s.queries("/ledger?q=11"), s.queries("/ledger?to=government"); a != b {
			t.Errorf("1 call asks %d questions, 31 ask %d", a, b)
		}
	})
}
