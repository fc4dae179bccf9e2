package support_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/internal/core"
	"plenary/internal/forum/support"
	"plenary/test/site"
)

// E118, E192, journey 9: from the call to the report. Ana of Vanuatu and Ben of Kenya apply;
// a recommender answers by her private link; two score, one of them has a conflict with
// Ben; the award stays within the budget; Ana accepts, the ledger holds what was paid, she
// reports, the grant is closed. The figures equal the ledger at every step.
func TestFromCallToReport(t *testing.T) {
	on(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		staff, ana, kim, lou := h.as(h.staff), h.as(h.ana), h.as(h.kim), h.as(h.lou)

		// Ana applies on the pages of the call.
		begin := ana.Get("/calls/" + h.call.Ref + "/answer")
		begin = must(t, ana.Post("/calls/"+h.call.Ref+"/answer", begin.Form()), http.StatusOK)
		form := begin.Form()
		typed := url.Values{
			"a.part_taken": {"Speak on island networks"}, "a.organisation": {"River Networks"}, "a.organisation.place": {"VU"}, "a.home": {"Port Vila"}, "a.home.place": {"VU"},
			"a.group": {"civil-society"}, "a.statement": {"Cables end at our reef."}, "a.bring_home": {"A school of networks."}, "a.attended_before": {"0"}, "a.about_me": {"woman"},
			"a.support": {"travel", "hotel"}, "a.cost": {"2400"}, "a.supported_before": {"no"}, "a.recommender": {"Rita Mentor"}, "a.recommender_mail": {"rita@example.org"}, "a.travel_report": {"true"},
			"submit": {"1"}, "_submit": {"1"},
		}
		maps.Copy(form, typed)
		page := ana.Post(begin.URL.Path, form)
		if page.Status != http.StatusOK {
			t.Fatalf("apply: %d %s", page.Status, page.Text(".notice"))
		}
		other := answers("Read the air", "KE", "Lake Institute", 2000)
		h.apply(h.ben, h.call, other)
		if got := h.as(h.ana).Get("/2030/my-support"); got.Status != http.StatusOK || !strings.Contains(got.Body, "Application No. 1") {
			t.Fatalf("Ana does not see her application: %d %s", got.Status, got.Text("main"))
		}

		// Her recommender answers, changes her answer, and nobody else opens the page.
		mails := h.mails("support_advice")
		if len(mails) != 1 || mails[0].To != "rita@example.org" {
			t.Fatalf("mails to recommenders: %+v", mails)
		}
		_, link, _ := strings.Cut(mails[0].Text, "/support/recommendation")
		link = "/support/recommendation" + strings.Fields(link)[0]
		rita := h.Visitor(t)
		ask := must(t, rita.Get(link), http.StatusOK)
		if strings.Contains(ask.Body, "Cables end at our reef") {
			t.Error("the recommender reads the application")
		}
		if bad := rita.Post(link, url.Values{"words": {""}}); bad.Status != http.StatusUnprocessableEntity {
			t.Errorf("an empty recommendation: %d", bad.Status)
		}
		must(t, rita.Post(link, url.Values{"words": {"I have seen her school."}}), http.StatusOK)
		must(t, rita.Post(link, url.Values{"words": {"I have seen her school twice."}}), http.StatusOK)
		if none := rita.Get("/support/recommendation?token=nonsense"); none.Status != http.StatusNotFound {
			t.Errorf("a wrong token: %d", none.Status)
		}

		// The staff look while the call is open, and decide when it has closed.
		desk := must(t, staff.Get("/2030/support"), http.StatusOK)
		if got := desk.Text("table"); !strings.Contains(got, "Vanuatu") || !strings.Contains(got, "Recommended") || !strings.Contains(got, "Not all rules hold Class of the country") {
			t.Errorf("desk: %s", got)
		}
		if early := staff.Post("/2030/support/settle", nil); early.Status != http.StatusConflict && early.Status != http.StatusUnprocessableEntity {
			t.Errorf("settled while the call is open: %d", early.Status)
		}
		h.at(6, 1)
		if late := rita.Post(link, url.Values{"words": {"Too late."}}); late.Status == http.StatusOK {
			t.Error("a recommendation after the close")
		}
		must(t, staff.Post("/2030/support/settle", nil), http.StatusOK)
		if h.state(h.set, 1) != support.StateEligible || h.state(h.set, 2) != support.StateIneligible {
			t.Fatalf("states %s, %s", h.state(h.set, 1), h.state(h.set, 2))
		}
		one := must(t, staff.Get("/2030/support/applications/1"), http.StatusOK)
		if got := one.Text("main"); !strings.Contains(got, "Source:") || !strings.Contains(got, "I have seen her school twice.") {
			t.Errorf("the page does not explain: %s", got)
		}
		if bad := staff.Post("/2030/support/applications/2/decide", url.Values{"eligible": {"yes"}, "reason": {" "}}); bad.Status != http.StatusUnprocessableEntity || bad.Find(".field.bad").Length() == 0 {
			t.Errorf("overruled without a reason: %d", bad.Status)
		}
		must(t, staff.Post("/2030/support/applications/2/decide", url.Values{"eligible": {"yes"}, "reason": {"The host asked for speakers from Kenya."}}), http.StatusOK)

		// Kim of Kenya has a conflict with Ben, found by country; Lou has none.
		mine := must(t, kim.Get("/2030/support/scoring"), http.StatusOK)
		if !strings.Contains(mine.Text("main"), "your country") || strings.Contains(mine.Body, "Ben Otieno") {
			t.Errorf("Kim's list: %s", mine.Text("main"))
		}
		if got := kim.Get("/2030/support/applications/2"); got.Status != http.StatusNotFound {
			t.Errorf("Kim reads an application of her country: %d", got.Status)
		}
		score := func(r *site.Reader, number, activity, benefit string) {
			t.Helper()
			form := must(t, r.Get("/2030/support/applications/"+number), http.StatusOK).Form()
			form.Set("mark_activity", activity)
			form.Set("why_activity", "as the record says")
			form.Set("mark_benefit", benefit)
			form.Set("why_benefit", "many gain")
			must(t, r.Post("/2030/support/applications/"+number, form), http.StatusOK)
		}
		form = must(t, kim.Get("/2030/support/applications/1"), http.StatusOK).Form()
		form.Set("mark_activity", "4")
		if bad := kim.Post("/2030/support/applications/1", form); bad.Status != http.StatusUnprocessableEntity || bad.Form().Get("mark_activity") != "4" {
			t.Errorf("a mark without a reason: %d", bad.Status)
		}
		score(kim, "1", "4", "5")
		score(lou, "1", "3", "5")
		score(lou, "2", "3", "3")
		before := h.score(1)
		h.ok(h.room.Score(ctx, h.lou, h.set, 2, support.ScoreInput{Version: 1, Conflict: true, Words: "He was my student."}))
		if h.score(1) != before || h.score(2) != -1 {
			t.Errorf("scores %d, %d after a conflict was declared", h.score(1), h.score(2))
		}
		h.kind(h.room.CloseScoring(ctx, h.staff, h.set, ""), core.KindInvalid)
		must(t, staff.Post("/2030/support/scoring/close", url.Values{"reason": {"Nobody else is without a conflict."}}), http.StatusOK)

		// The award stays within the budget; letters go out at once.
		look := must(t, staff.Get("/2030/support/awards?money=2500"), http.StatusOK)
		if got := look.Text(".result"); !strings.Contains(got, "2,400") {
			t.Errorf("what if: %s", got)
		}
		if bad := staff.Get("/2030/support/awards?money=1.2.3"); bad.Status != http.StatusUnprocessableEntity {
			t.Errorf("an amount that is none: %d", bad.Status)
		}
		must(t, staff.Post("/2030/support/awards", url.Values{"money": {"2500"}}), http.StatusOK)
		if got := h.as(h.ana).Get("/2030/my-support").Text("main"); strings.Contains(got, "2,400.00 of") || strings.Contains(got, "You are offered") {
			t.Errorf("Ana reads what is not published: %s", got)
		}
		must(t, staff.Post("/2030/support/publish", nil), http.StatusOK)
		if len(h.mails("support_offered")) != 1 || len(h.mails("support_waiting")) != 1 || h.state(h.set, 2) != support.StateWaiting {
			t.Fatalf("letters %v %v", h.mails("support_offered"), h.state(h.set, 2))
		}
		h.same(0)

		// Ana accepts; the commitment stands in the ledger.
		if got := ana.Get("/2030/my-support").Text("main"); !strings.Contains(got, "You are offered USD") {
			t.Errorf("no offer: %s", got)
		}
		must(t, ana.Post("/2030/my-support/1/accept", nil), http.StatusOK)
		h.same(1)
		must(t, ana.Post("/2030/my-support/1/travel", url.Values{"arrives": {"2030-10-19"}, "leaves": {"2030-10-25"}, "from": {"Port Vila"}}), http.StatusOK)
		if bad := ana.Post("/2030/my-support/1/travel", url.Values{"arrives": {"2030-10-19"}, "leaves": {"2030-10-01"}, "from": {"Port Vila"}}); bad.Status != http.StatusUnprocessableEntity || bad.Form().Get("from") != "Port Vila" {
			t.Errorf("a departure before the arrival: %d", bad.Status)
		}
		must(t, ana.Upload("/2030/my-support/1/files", url.Values{"kind": {"receipt"}}, "file", "ticket.pdf", []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")), http.StatusOK)
		book := func(kind, amount string, want int) {
			t.Helper()
			must(t, staff.Post("/2030/support/applications/1/book", url.Values{"kind": {kind}, "amount": {amount}, "day": {"2030-09-01"}, "reference": {"T 77"}}), want)
		}
		book("ticket", "1,800.50", http.StatusOK)
		book("allowance", "700", http.StatusUnprocessableEntity) // more than is committed
		book("allowance", "590", http.StatusOK)
		must(t, staff.Post("/2030/support/ledger/3/reverse", url.Values{"note": {"Paid twice by mistake."}}), http.StatusOK)
		if again := staff.Post("/2030/support/ledger/3/reverse", url.Values{"note": {"Once more."}}); again.Status != http.StatusUnprocessableEntity {
			t.Errorf("reversed twice: %d", again.Status)
		}
		book("allowance", "500", http.StatusOK)
		h.same(1)
		ledger := must(t, staff.Get("/2030/support/ledger.csv"), http.StatusOK)
		if strings.Count(ledger.Body, "\n") != 6 || !strings.Contains(ledger.Body, "1800.50") {
			t.Errorf("ledger: %s", ledger.Body)
		}

		// After the meeting she reports; what is left is given back, and the grant is closed.
		h.at(10, 21)
		must(t, staff.Post("/2030/support/applications/1/arrived", nil), http.StatusOK)
		short := url.Values{"did": {"Spoke."}, "learned": {"Much."}, "home": {"Teach."}}
		if bad := ana.Post("/2030/my-support/1/report", short); bad.Status != http.StatusUnprocessableEntity || bad.Form().Get("did") != "Spoke." {
			t.Errorf("a report of one word: %d", bad.Status)
		}
		words := strings.Repeat("We built a school of networks on five islands. ", 4)
		must(t, ana.Post("/2030/my-support/1/report", url.Values{"did": {words}, "learned": {words}, "home": {words}}), http.StatusOK)
		if h.state(h.set, 1) != support.StateReported {
			t.Fatalf("state %s", h.state(h.set, 1))
		}
		if open := staff.Post("/2030/support/applications/1/close", nil); open.Status == http.StatusOK {
			t.Error("closed with money left")
		}
		book("cancelled", "99.50", http.StatusOK)
		must(t, staff.Post("/2030/support/applications/1/close", nil), http.StatusOK)
		if h.state(h.set, 1) != support.StateClosed {
			t.Fatalf("state %s", h.state(h.set, 1))
		}
		h.same(1)
		facts, err := h.room.Grantees(ctx, h.set.ID)
		h.ok(err)
		if f := facts[0]; f.Country != "VU" || f.Gender != "woman" || f.FirstTime != "yes" || strings.Join(f.Classes, " ") != "SIDS" || f.Stakeholder != "civil-society" {
			t.Errorf("fact %+v", f)
		}
		must(t, staff.Get("/2030/support/applications/1"), http.StatusOK)
		must(t, staff.Get("/2030/support/ledger"), http.StatusOK)
		must(t, ana.Get("/2030/my-support"), http.StatusOK)
		if len(h.log.errors) > 0 {
			t.Errorf("errors in the log: %v", h.log.errors)
		}
	})
}

func must(t *testing.T, p *site.Page, want int) *site.Page {
	t.Helper()
	if p.Status != want {
		t.Fatalf("%s: %d, not %d: %s", p.URL.Path, p.Status, want, p.Text(".notice, h1"))
	}
	return p
}

// score is what the staff see of an application.
func (h *house) score(number int) int {
	h.t.Helper()
	x, err := h.room.Sheet(h.t.Context(), h.staff, h.set, number)
	h.ok(err)
	return x.Standing.Score
}

// same: the grantees by class equal those that the entries of the ledger say, and are so many.
func (h *house) same(want int) {
	h.t.Helper()
	facts, err := h.room.Grantees(h.t.Context(), h.set.ID)
	h.ok(err)
	l, err := h.room.Ledger(h.t.Context(), h.staff, h.set)
	h.ok(err)
	committed := map[int]support.Money{}
	for _, e := range l.Rows {
		switch e.Kind {
		case support.EntryCommitted:
			committed[e.Grant] += e.Amount
		case support.EntryCancelled:
			committed[e.Grant] -= e.Amount
		}
	}
	seen, err := h.room.Lines(h.t.Context(), h.staff, h.set)
	h.ok(err)
	booked, counted, n := map[string]int{}, map[string]int{}, 0
	for _, x := range seen.Lines {
		if committed[x.Number] > 0 {
			n++
			for _, class := range x.Application.Classes {
				booked[class]++
			}
		}
	}
	for _, f := range facts {
		for _, class := range f.Classes {
			counted[class]++
		}
	}
	if n != want || len(facts) != want {
		h.t.Errorf("%d grantees, %d in the ledger, not %d", len(facts), n, want)
	}
	for _, class := range support.Classes {
		if booked[class] != counted[class] {
			h.t.Errorf("%s: %d grantees, %d in the ledger", class, counted[class], booked[class])
		}
	}
}
