package browser

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"plenary/test/site"
)

// registrations is where the staff works with those who registered for the sample.
const registrations = sample + "/registrations"

// The pages of those who take part: registration and its desk, delegations and hubs, letters,
// the code of conduct, places online, badges, travel support, figures and one's own data.
func init() {
	pages = append(pages, []page{
		{name: "register-invite", path: sample + "/register"},
		{name: "register-none", path: "/2024/register"},
		{name: "register-own", path: sample + "/register", as: "participant"},
		{name: "register-edit", path: sample + "/register/edit", as: "participant"},
		{name: "register-edit-wrong", path: sample + "/register/edit", as: "participant", want: http.StatusUnprocessableEntity, act: emptied("name")},
		{name: "register-new", path: sample + "/register", as: "reviewer"},
		{name: "register-new-wrong", path: sample + "/register", as: "reviewer", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "register-withdraw", path: sample + "/register/withdraw", as: "organiser"},
		{name: "register-begin", path: "/2024/registrations/settings", as: "secretariat"},
		{name: "participants", path: sample + "/participants"},
		{name: "participants-none", path: sample + "/participants?q=zzzz"},
		{name: "letters", path: sample + "/register/letters", as: "participant"},
		{name: "letter", path: "{letter}", as: "participant"},
		{name: "verify", path: "/verify"},
		{name: "verify-letter", path: "{verify}"},
		{name: "verify-wrong", path: "/verify/ABCDEF", want: http.StatusNotFound},

		{name: "registrations", path: registrations, as: "secretariat"},
		{name: "registrations-filtered", path: registrations + "?state=pending&q=a", as: "secretariat"},
		{name: "registrations-none", path: registrations + "?q=zzzz", as: "secretariat"},
		{name: "registrations-bulk", path: registrations + "/bulk?do=approve&all=1&state=pending", as: "secretariat"},
		{name: "registrations-bulk-decline", path: registrations + "/bulk?do=decline&all=1&state=pending", as: "secretariat"},
		{name: "registrations-bulk-nobody", path: registrations + "/bulk", as: "secretariat", want: http.StatusUnprocessableEntity},
		{name: "registrations-rules", path: registrations + "/rules", as: "secretariat"},
		{name: "registrations-doubles", path: registrations + "/doubles", as: "secretariat"},
		{name: "registrations-settings", path: registrations + "/settings", as: "secretariat"},
		{name: "registrations-categories-wrong", path: registrations + "/settings/categories", as: "secretariat", want: http.StatusUnprocessableEntity, act: typed("categories[0].quota", "-3")},
		{name: "registrations-categories", path: registrations + "/settings/categories", as: "secretariat"},
		{name: "registrations-letters", path: registrations + "/letters", as: "secretariat"},
		{name: "registrations-double", path: "{double}", as: "secretariat"},
		{name: "registration", path: "{registration}", as: "secretariat"},
		{name: "registration-correct", path: "{registration}/correct", as: "secretariat"},
		{name: "registration-correct-wrong", path: "{registration}/correct", as: "secretariat", want: http.StatusUnprocessableEntity, act: emptied("name")},
		{name: "registration-protocol", path: "{registration}/protocol", as: "secretariat"},
		{name: "registration-letters", path: "{registration}/letters", as: "secretariat"},
		{name: "registration-papers", path: "{media}/papers", as: "secretariat"},

		{name: "delegations", path: sample + "/delegations"},
		{name: "delegations-staff", path: sample + "/delegations", as: "secretariat"},
		{name: "delegation-ask", path: sample + "/delegations/ask", as: "participant"},
		{name: "delegation-ask-wrong", path: sample + "/delegations/ask", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "delegation-join", path: sample + "/delegations/join", as: "participant"},
		{name: "delegation-join-wrong", path: sample + "/delegations/join", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "delegation", path: "{delegation}", as: "organiser"},
		{name: "delegation-people", path: "{delegation}/people", as: "organiser"},
		{name: "delegation-people-wrong", path: "{delegation}/people", as: "organiser", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "delegation-member", path: "{member}", as: "organiser"},
		{name: "delegation-edit", path: "{delegation}/edit", as: "organiser"},
		{name: "delegation-close", path: "{delegation}/close", as: "organiser"},
		{name: "delegation-waiting", path: "{asking}", as: "secretariat"},
		{name: "delegation-decide", path: "{asking}/decide", as: "secretariat"},
		{name: "delegation-decide-wrong", path: "{asking}/decide", as: "secretariat", want: http.StatusUnprocessableEntity, act: declined},
		{name: "delegation-hand-over", path: "{asking}/hand-over", as: "secretariat"},
		{name: "hubs", path: sample + "/hubs"},
		{name: "hubs-staff", path: sample + "/hubs", as: "secretariat"},
		{name: "hub-ask", path: sample + "/hubs/ask", as: "participant"},
		{name: "hub-ask-wrong", path: sample + "/hubs/ask", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},

		{name: "hub-desk", path: "{hub}/desk", as: "organiser"},
		{name: "hub-edit", path: "{hub}/edit", as: "organiser"},
		{name: "hub-close", path: "{hub}/close", as: "organiser"},
		{name: "hub-waiting", path: "{hub-asking}/desk", as: "secretariat"},
		{name: "hub-decide", path: "{hub-asking}/decide", as: "secretariat"},

		{name: "conduct", path: sample + "/conduct"},
		{name: "conduct-report", path: sample + "/conduct/report"},
		{name: "conduct-report-wrong", path: sample + "/conduct/report", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "conduct-report-signed-in", path: sample + "/conduct/report", as: "participant"},
		{name: "conduct-follow", path: "{followed}"},
		{name: "conduct-desk", path: sample + "/conduct/reports", as: "secretariat"},
		{name: "conduct-decided", path: sample + "/conduct/reports/1", as: "secretariat"},
		{name: "conduct-waiting", path: sample + "/conduct/reports/2", as: "secretariat"},
		{name: "conduct-note", path: sample + "/conduct/reports/2/note", as: "secretariat"},
		{name: "conduct-concern", path: sample + "/conduct/reports/2/concern", as: "secretariat"},
		{name: "conduct-recuse", path: sample + "/conduct/reports/2/recuse", as: "secretariat"},
		{name: "conduct-decide", path: sample + "/conduct/reports/2/decide", as: "secretariat"},
		{name: "conduct-decide-wrong", path: sample + "/conduct/reports/2/decide", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "conduct-decision", path: "{decision}"},
		{name: "conduct-decision-wrong", path: "{decision}", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "conduct-setting", path: sample + "/conduct/setting", as: "secretariat"},

		{name: "places", path: sample + "/attendance", as: "secretariat"},
		{name: "places-day", path: sample + "/attendance?day=day-1", as: "secretariat"},
		{name: "places-paste", path: sample + "/attendance/paste", as: "secretariat"},
		{name: "places-paste-wrong", path: sample + "/attendance/paste", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "fallback", path: sample + "/attendance/fallback", as: "secretariat"},
		{name: "place", path: "{session}/place", as: "secretariat"},
		{name: "attended", path: "{session}/attendance", as: "secretariat"},
		{name: "attended-person", path: sample + "/attendance/people/{number}", as: "secretariat"},
		{name: "my-links", path: sample + "/my-links", as: "participant"},
		{name: "my-links-visitor", path: sample + "/my-links", as: "admin"},
		{name: "join", path: "{join}", as: "participant"},
		{name: "join-device", path: "{join}"},
		{name: "join-wrong", path: "/join/nothing", want: http.StatusNotFound},
		{name: "certificates", path: sample + "/certificate", as: "participant"},

		{name: "badges", path: sample + "/badges", as: "secretariat"},
		{name: "badges-print", path: sample + "/badges/print", as: "secretariat"},
		{name: "badges-print-wrong", path: sample + "/badges/print", as: "secretariat", want: http.StatusUnprocessableEntity, act: typed("number", "x")},
		{name: "badges-run", path: sample + "/badges/batches/1", as: "secretariat"},
		{name: "badges-designs", path: sample + "/badges/designs", as: "secretariat"},
		{name: "badges-design", path: sample + "/badges/designs/edit", as: "secretariat"},
		{name: "badges-design-new", path: sample + "/badges/designs/edit?new=1", as: "secretariat"},
		{name: "badges-doors", path: sample + "/badges/doors", as: "secretariat"},
		{name: "badges-door-new", path: sample + "/badges/doors/new", as: "secretariat"},
		{name: "badges-door-new-wrong", path: sample + "/badges/doors/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "badges-door", path: "{door}", as: "secretariat"},
		{name: "badges-desk", path: sample + "/badges/desk?q=a", as: "secretariat"},
		{name: "badges-desk-none", path: sample + "/badges/desk?q=zzzz", as: "secretariat"},
		{name: "badges-person", path: sample + "/badges/desk/{number}", as: "secretariat"},
		{name: "my-badge", path: sample + "/my-badge", as: "organiser"},
		{name: "my-badge-none", path: sample + "/my-badge", as: "rapporteur"},
		{name: "door-open", path: "{device}"},
		{name: "door-none", path: "/door/", as: "participant", want: http.StatusNotFound},

		{name: "support", path: sample + "/support", as: "secretariat"},
		{name: "support-settings", path: sample + "/support/settings", as: "secretariat"},
		{name: "support-none", path: "/2024/support", as: "secretariat"},
		{name: "support-settings-wrong", path: sample + "/support/settings", as: "secretariat", want: http.StatusUnprocessableEntity, act: emptied("budget")},
		{name: "support-committee", path: sample + "/support/committee", as: "secretariat"},
		{name: "support-committee-wrong", path: sample + "/support/committee", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "support-scoring", path: sample + "/support/scoring", as: "secretariat"},
		{name: "support-scoring-close", path: sample + "/support/scoring/close", as: "secretariat"},
		{name: "support-awards", path: sample + "/support/awards", as: "secretariat"},
		{name: "support-publish", path: sample + "/support/publish", as: "secretariat"},
		{name: "support-ledger", path: sample + "/support/ledger", as: "secretariat"},
		{name: "support-reverse", path: "{entry}", as: "secretariat"},
		{name: "support-application", path: "{grant}", as: "secretariat"},
		{name: "support-book", path: "{grant}/book", as: "secretariat"},
		{name: "support-book-wrong", path: "{grant}/book", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "support-cancel", path: "{grant}/cancel", as: "secretariat"},
		{name: "support-award", path: "{award}", as: "secretariat"},
		{name: "my-support", path: sample + "/my-support", as: "participant"},
		{name: "my-support-none", path: sample + "/my-support", as: "rapporteur"},
		{name: "my-support-travel", path: "{own-grant}/travel", as: "participant"},
		{name: "my-support-report", path: "{own-grant}/report", as: "participant"},
		{name: "my-support-report-wrong", path: "{own-grant}/report", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "my-support-files", path: "{own-grant}/files", as: "participant"},
		{name: "my-support-files-wrong", path: "{own-grant}/files", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},

		{name: "statistics", path: "/statistics"},
		{name: "statistics-edition", path: sample + "/statistics"},
		{name: "statistics-figure", path: sample + "/statistics/countries"},
		{name: "statistics-people", path: sample + "/statistics/attended"},
		{name: "statistics-none", path: "/2024/statistics"},
		{name: "statistics-missing-none", path: "/2024/statistics/missing"},
		{name: "statistics-missing-staff", path: sample + "/statistics/missing?all=1", as: "secretariat"},
		{name: "statistics-past", path: "/2023/statistics"},
		{name: "statistics-missing", path: sample + "/statistics/missing"},
		{name: "statistics-explore", path: sample + "/statistics/explore", as: "secretariat"},
		{name: "statistics-publish", path: sample + "/statistics/publish", as: "secretariat"},
		{name: "statistics-import", path: "/statistics/import", as: "secretariat"},
		{name: "statistics-import-wrong", path: "/statistics/import", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "statistics-settings", path: "/statistics/settings", as: "secretariat"},
		{name: "statistics-settings-wrong", path: "/statistics/settings", as: "secretariat", want: http.StatusUnprocessableEntity, act: typed("least", "-3")},

		{name: "my-data", path: "/me/data", as: "participant"},
		{name: "my-data-erase", path: "/me/data/erase", as: "participant"},
		{name: "my-data-erase-wrong", path: "/me/data/erase", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "my-duties", path: "/me/duties", as: "rapporteur"},
		{name: "my-duties-none", path: "/me/duties", as: "admin"},
		{name: "erasures", path: "/admin/erasures", as: "admin"},
		{name: "erasure-new", path: "/admin/erasures/new", as: "admin"},
		{name: "erasure-new-wrong", path: "/admin/erasures/new", as: "admin", want: http.StatusUnprocessableEntity, act: sendForm},
		{name: "erasures-setting", path: "/admin/erasures/setting", as: "admin"},
	}...)
}

// typed writes into a field and sends its form.
func typed(name, value string) func(b *tab) {
	return func(b *tab) {
		eval[bool](b, fmt.Sprintf(`(document.querySelector("main form.form [name='%s']").value = %q, true)`, name, value))
		b.press("main form.form:has([name='" + name + "']) .actions button")
	}
}

// declined says no and does not say why.
func declined(b *tab) {
	eval[bool](b, `(document.querySelector("main form.form [name=state][value=declined]").checked = true)`)
	sendForm(b)
}

// emptied empties a field and sends its form.
func emptied(name string) func(b *tab) { return typed(name, "") }

// findParticipation finds what stands for the words of these pages, and makes what a demo
// cannot hold: what is known to one reader alone.
func findParticipation(t *testing.T, s *sites, find func(word string, r *site.Reader, path, selector string)) {
	t.Helper()
	staff, organiser, participant, visitor := s.demo.As(t, "secretariat"), s.demo.As(t, "organiser"), s.demo.As(t, "participant"), s.demo.Visitor(t)
	arrives := func(word string, p *site.Page, part string) {
		t.Helper()
		if s.words[word] = p.URL.RequestURI(); p.Status != http.StatusOK || !strings.Contains(s.words[word], part) {
			t.Fatalf("%s: %d at %s: %s", word, p.Status, s.words[word], p.Text("main"))
		}
	}
	find("{registration}", staff, registrations+"?state=approved", `main tbody th a[href^="`+registrations+`/"]`)
	s.words["{registration}"], _, _ = strings.Cut(s.words["{registration}"], "?")
	s.words["{number}"] = strings.TrimPrefix(s.words["{registration}"], registrations+"/")
	participant.Post(sample+"/register/letters", url.Values{"kind": {"confirmation"}, "lang": {"en"}})
	find("{letter}", participant, sample+"/register/letters", `main .rows .line a`)
	find("{verify}", participant, sample+"/register/letters", `main .rows a[href*="/verify/"]`)
	find("{join}", participant, sample+"/my-links", `main .rows a[href*="/join/"]`)
	form := visitor.Get(sample + "/conduct/report").Form()
	form.Set("words", "Somebody shouted at a speaker\n\nin the corridor.")
	arrives("{followed}", visitor.Post(sample+"/conduct/report", form), "/conduct/follow?token=")
	door := staff.Post(sample+"/badges/doors/new", url.Values{"name": {"Side entrance"}, "kind": {"entrance"}})
	s.words["{device}"] = strings.TrimPrefix(door.Find(".door-link a").AttrOr("href", ""), s.demo.URL)
	find("{door}", staff, sample+"/badges/doors", `main tbody th a[href*="/badges/doors/"]`)
	find("{double}", staff, registrations+"/doubles", `main a[href*="/doubles/compare"]`)
	find("{media}", staff, registrations+"?flag=media", `main tbody th a[href^="`+registrations+`/"]`)
	s.words["{media}"], _, _ = strings.Cut(s.words["{media}"], "?")
	find("{delegation}", organiser, sample+"/delegations", `main .rows li:has(.done) a`)
	find("{member}", organiser, s.words["{delegation}"], `main tbody a[href*="/members/"]`)
	find("{asking}", staff, sample+"/delegations?state=asked", `main .rows a`)
	find("{hub}", organiser, sample+"/hubs", `main .rows li:has(.done) a`)
	find("{hub-asking}", staff, sample+"/hubs", `main .rows li:has(.due) a`)
	for _, word := range []string{"{hub}", "{hub-asking}"} {
		s.words[word] = strings.TrimSuffix(s.words[word], "/desk")
	}
	find("{entry}", staff, sample+"/support/ledger", `main tbody a[href$="/reverse"]`)
	find("{grant}", staff, sample+"/support/ledger", `main tbody th a[href*="/applications/"]`)
	find("{award}", staff, sample+"/support/awards", `main tbody a[href$="/award"]`)
	find("{own-grant}", participant, sample+"/my-support", `main a[href$="/travel"]`)
	s.words["{own-grant}"] = strings.TrimSuffix(s.words["{own-grant}"], "/travel")
	arrives("{looked}", staff.Post(sample+"/conduct/reports/2/look", nil), "/conduct/reports/2")
	var mailed string
	if err := s.demo.DB.Read.NewRaw("SELECT text FROM outbox WHERE text LIKE '%/conduct/decision?token=%'").Scan(t.Context(), &mailed); err != nil {
		t.Fatal(err)
	}
	for word := range strings.FieldsSeq(mailed) {
		if strings.Contains(word, "/conduct/decision?") {
			s.words["{decision}"] = strings.TrimPrefix(word, s.demo.URL)
		}
	}
}
