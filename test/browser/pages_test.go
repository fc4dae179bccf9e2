package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"plenary/internal/testkit"
)

// page is one of the pages that everything is checked on.
type page struct {
	name string // of the subtest and the picture
	path string // {words} are filled in from what the demo holds
	as   string // role of the demo; a visitor without
	want int64  // status; 200 without
	on   string // "empty": a forum that is not set up yet
	act  func(b *tab)
}

const sample = "/2026-sample"

var pages = []page{
	{name: "home", path: "/"},
	{name: "edition", path: sample + "/", as: "rapporteur"},
	{name: "edition-past", path: "/2023/"},
	{name: "edition-facts", path: sample + "/about"},
	{name: "edition-edit", path: sample + "/edit", as: "secretariat"},
	{name: "edition-places", path: sample + "/edit/places", as: "secretariat"},
	{name: "edition-themes", path: sample + "/edit/themes", as: "secretariat"},
	{name: "activity", path: sample + "/activity", as: "secretariat"},
	{name: "day", path: sample + "/programme"},
	{name: "day-list", path: sample + "/programme/day-2?view=list"},
	{name: "programme", path: sample + "/programme/all"},
	{name: "programme-filtered", path: sample + "/programme/all?type=workshop"},
	{name: "programme-none", path: sample + "/programme/all?q=zzzz"},
	{name: "programme-rooms", path: sample + "/programme/rooms"},
	{name: "coverage", path: sample + "/programme/questions"},
	{name: "session", path: "{session}"},
	{name: "session-organiser", path: "{mine}", as: "organiser"},
	{name: "session-history", path: "{session}/history"},
	{name: "session-edit", path: "{mine}/edit", as: "organiser"},
	{name: "session-people", path: "{mine}/people", as: "organiser"},
	{name: "session-schedule", path: "{session}/schedule", as: "secretariat"},
	{name: "session-cancel", path: "{session}/cancel", as: "secretariat"},
	{name: "session-new", path: sample + "/edit/sessions/new", as: "secretariat"},
	{name: "session-new-wrong", path: sample + "/edit/sessions/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "types", path: sample + "/edit/types", as: "secretariat"},
	{name: "calls", path: "/calls"},
	{name: "calls-edition", path: sample + "/input"},
	{name: "call", path: "/calls/2026-sample-workshop"},
	{name: "selection", path: "/calls/2026-sample-lightning-talk/selection"},
	{name: "selection-all", path: sample + "/selection"},
	{name: "selection-none", path: "/2023/selection"},
	{name: "selection-letters", path: "/calls/2026-sample-lightning-talk/board/letters", as: "secretariat"},
	{name: "selection-letter", path: "/calls/2026-sample-lightning-talk/board/letters/decline/en", as: "secretariat"},
	{name: "selection-tasks", path: "/calls/2026-sample-lightning-talk/board/tasks", as: "secretariat"},
	{name: "selection-organisers", path: "/calls/2026-sample-lightning-talk/organisers", as: "secretariat"},
	{name: "selection-news", path: "/calls/2026-sample-lightning-talk/organisers/news", as: "secretariat"},
	{name: "board", path: "/calls/2026-sample-workshop/board", as: "secretariat"},
	{name: "board-tried", path: "/calls/2026-sample-workshop/board?try=1:accept,2:decline", as: "secretariat"},
	{name: "board-one", path: "/calls/2026-sample-lightning-talk/board/7", as: "secretariat"},
	{name: "board-rules", path: "/calls/2026-sample-workshop/board/rules", as: "secretariat"},
	{name: "board-publish", path: "/calls/2026-sample-workshop/board/publish", as: "secretariat"},
	{name: "board-publish-wrong", path: "/calls/2026-sample-workshop/board/publish", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "board-rounds", path: "/calls/2026-sample-lightning-talk/board/rounds", as: "secretariat"},
	{name: "board-round", path: "/calls/2026-sample-lightning-talk/board/rounds/1", as: "secretariat"},
	{name: "call-open", path: "/calls/2026-sample-nomination"},
	{name: "call-new", path: sample + "/input/new", as: "secretariat"},
	{name: "call-new-wrong", path: sample + "/input/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "call-edit", path: "/calls/2026-sample-nomination/edit", as: "secretariat"},
	{name: "call-rules", path: "/calls/2026-sample-workshop/rules", as: "secretariat"},
	{name: "call-form", path: "/calls/2026-sample-workshop/form", as: "secretariat"},
	{name: "call-form-preview", path: "/calls/2026-sample-workshop/form/preview", as: "secretariat"},
	{name: "call-form-import", path: "/calls/2026-sample-workshop/form/import", as: "secretariat"},
	{name: "call-cancel", path: "/calls/2026-sample-nomination/cancel", as: "secretariat"},
	{name: "cycle", path: sample + "/cycle"},
	{name: "cycle-edit", path: sample + "/cycle/edit", as: "secretariat"},
	{name: "topics", path: sample + "/topics"},
	{name: "topics-pairs", path: sample + "/topics/pairs"},
	{name: "topic", path: "{topic}"},
	{name: "topics-themes", path: sample + "/topics/themes"},
	{name: "topics-desk", path: sample + "/topics/desk", as: "editor"},
	{name: "topics-clusters", path: sample + "/topics/clusters", as: "editor"},
	{name: "proposals-public", path: "/calls/2026-sample-thematic-input/proposals"},
	{name: "proposals-none", path: "/calls/2026-sample-workshop/proposals"},
	{name: "proposals-staff", path: "/calls/2026-sample-workshop/proposals", as: "secretariat"},
	{name: "screening", path: "/calls/2026-sample-workshop/screening", as: "secretariat"},
	{name: "proposal", path: "{proposal}", as: "secretariat"},
	{name: "proposal-screen", path: "{proposal}/screen", as: "secretariat"},
	{name: "input", path: "{input}"},
	{name: "wanted", path: sample + "/wanted"},
	{name: "wanted-none", path: "/2024/wanted"},
	{name: "wanted-offer", path: "{wanted}", as: "participant"},
	{name: "wanted-offer-wrong", path: "{wanted}", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "proposals-search", path: "/calls/2026-sample-workshop/proposals?q=networks", as: "secretariat"},
	{name: "proposals-search-none", path: "/calls/2026-sample-workshop/proposals?q=zzzz", as: "secretariat"},
	{name: "proposals-mine", path: "/proposals", as: "organiser"},
	{name: "proposals-none-mine", path: "/proposals", as: "participant"},
	{name: "proposal-begin", path: "/calls/2026-sample-nomination/answer", as: "organiser"},
	{name: "proposal-edit", path: "{draft}/edit", as: "organiser"},
	{name: "proposal-edit-wrong", path: "{draft}/edit", as: "organiser", want: http.StatusUnprocessableEntity, act: handIn},
	{name: "proposal-draft", path: "{draft}", as: "organiser"},
	{name: "proposal-discard", path: "{draft}/discard", as: "organiser"},
	{name: "proposal-invited", path: "{invited}"},
	{name: "report", path: "{session}/report"},
	{name: "report-edit", path: "{owed}/report/edit", as: "rapporteur"},
	{name: "report-edit-wrong", path: "{owed}/report/edit", as: "rapporteur", want: http.StatusUnprocessableEntity, act: tooLong},
	{name: "report-full-edit", path: "{owed}/report/full/edit", as: "rapporteur"},
	{name: "report-card", path: "{owed}/report/card", as: "rapporteur"},
	{name: "report-hand-over", path: "{owed}/report/hand-over", as: "rapporteur"},
	{name: "reports", path: sample + "/reports", as: "secretariat"},
	{name: "reports-punctuality", path: sample + "/reports/punctuality"},
	{name: "reports-participation", path: sample + "/reports/participation"},
	{name: "reports-settings", path: sample + "/reports/settings", as: "secretariat"},
	{name: "messages", path: sample + "/messages"},
	{name: "messages-by-theme", path: sample + "/messages?order=theme"},
	{name: "messages-editor", path: sample + "/messages", as: "editor"},
	{name: "messages-none", path: "/2024/messages"},
	{name: "message", path: sample + "/messages/1"},
	{name: "message-edit", path: sample + "/messages/1/edit", as: "editor"},
	{name: "message-remove", path: sample + "/messages/1/remove", as: "editor"},
	{name: "compile", path: sample + "/messages/compile", as: "editor"},
	{name: "publish", path: sample + "/messages/publish", as: "secretariat"},
	{name: "workshop", path: sample + "/messages/workshop", as: "editor"},
	{name: "workshop-aside", path: sample + "/messages/workshop?show=aside", as: "editor"},
	{name: "workshop-wrong", path: sample + "/messages/workshop", as: "editor", want: http.StatusUnprocessableEntity, act: asideWithoutReason},
	{name: "message-provenance", path: sample + "/messages/1/provenance"},
	{name: "message-statement", path: sample + "/messages/1/statement", as: "participant"},
	{name: "messages-statements", path: sample + "/messages/statements"},
	{name: "messages-coverage", path: sample + "/messages/coverage"},
	{name: "messages-sign-off", path: sample + "/messages/sign-off", as: "secretariat"},
	{name: "messages-signers", path: sample + "/messages/sign-off/signers", as: "secretariat"},
	{name: "messages-about", path: sample + "/messages/about", as: "editor"},
	{name: "transcript", path: "{transcript}"},
	{name: "transcript-search", path: "{transcript}?q=question"},
	{name: "transcript-none", path: "{owed}/transcript", as: "rapporteur"},
	{name: "transcript-staff", path: "{transcript}", as: "secretariat"},
	{name: "transcript-import", path: "{transcript}/import", as: "secretariat"},
	{name: "transcript-import-wrong", path: "{transcript}/import", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "transcript-speakers", path: "{transcript}/speakers", as: "secretariat"},
	{name: "recording-file", path: "{transcribed}/recordings/file", as: "secretariat"},
	{name: "transcript-settings", path: "{transcript}/settings", as: "secretariat"},
	{name: "segment", path: "{segment}"},
	{name: "segment-edit", path: "{segment}/edit", as: "secretariat"},
	{name: "recordings", path: "{transcribed}/recordings/edit", as: "secretariat"},
	{name: "outcomes", path: sample + "/outcomes"},
	{name: "outcomes-none", path: "/2024/outcomes"},
	{name: "papers", path: "/papers"},
	{name: "papers-edition", path: sample + "/papers"},
	{name: "paper", path: "{paper}"},
	{name: "paper-joint", path: "{joint}"},
	{name: "paper-joint-staff", path: "{joint}", as: "secretariat"},
	{name: "paper-edit", path: "{joint}/edit", as: "secretariat"},
	{name: "paper-publish", path: "{joint}/publish", as: "secretariat"},
	{name: "paper-window", path: "{joint}/window", as: "secretariat"},
	{name: "paper-bracket", path: "{joint}/brackets/p2/1", as: "secretariat"},
	{name: "paper-endorse", path: "{joint}/endorse", as: "participant"},
	{name: "paper-history", path: "{joint}/history"},
	{name: "paper-new-wrong", path: "/papers/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "polls", path: "/opinions"},
	{name: "poll", path: "/opinions/what-should-come-first-in-the-years-ahead", as: "participant"},
	{name: "poll-results", path: "/opinions/what-should-come-first-in-the-years-ahead/results"},
	{name: "poll-propose", path: "/opinions/what-should-come-first-in-the-years-ahead/propose", as: "participant"},
	{name: "poll-statements", path: "/opinions/what-should-come-first-in-the-years-ahead/statements", as: "secretariat"},
	{name: "poll-new-wrong", path: "/opinions/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "revisions", path: "{document}/revisions"},
	{name: "revision", path: "{document}/revisions/1"},
	{name: "community", path: "/community"},
	{name: "community-kind", path: "/community/dynamic-coalitions"},
	{name: "body", path: "/community/advisory-groups/mag"},
	{name: "body-seat", path: "/community/advisory-groups/mag/seats/new", as: "secretariat"},
	{name: "people", path: "/people"},
	{name: "person", path: "{person}"},
	{name: "person-edit", path: "{person}/edit", as: "secretariat"},
	{name: "person-wrong", path: "/people/new", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "organisations", path: "/organisations"},
	{name: "organisation", path: "{organisation}"},
	{name: "editions", path: "/editions"},
	{name: "about", path: "/about"},
	{name: "rights", path: "/about/rights"},
	{name: "data", path: "/about/data"},
	{name: "vocabularies", path: "/about/vocabularies"},
	{name: "vocabulary", path: "/about/vocabularies/stakeholder-group"},
	{name: "countries", path: "/about/countries"},
	{name: "sign-in", path: "/sign-in"},
	{name: "sign-in-wrong", path: "/sign-in", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "demo", path: "/demo"},
	{name: "mails", path: "/demo/mail"},
	{name: "mail", path: "{mail}"},
	{name: "me", path: "/me", as: "rapporteur"},
	{name: "me-account", path: "/me/account", as: "participant"},
	{name: "accounts", path: "/admin/accounts", as: "admin"},
	{name: "import", path: sample + "/import", as: "secretariat"},
	{name: "import-findings", path: sample + "/import", as: "secretariat", act: readOutlines},
	{name: "import-forum", path: "/import", as: "secretariat"},
	{name: "import-package", path: "/import-package", as: "secretariat"},
	{name: "data", path: sample + "/data"},
	{name: "search-nothing-asked", path: "/search"},
	{name: "search", path: sample + "/search?q=data"},
	{name: "search-nothing-found", path: "/search?q=qqqzzzx"},
	{name: "saved-searches", path: "/me/searches", as: "participant"},
	{name: "search-index", path: "/admin/search", as: "admin"},
	{name: "health", path: "/admin/health", as: "admin"},
	{name: "outbox", path: "/admin/mail", as: "secretariat"},
	{name: "outbox-mail", path: "/admin/mail", as: "secretariat", act: func(b *tab) { b.press("tbody a") }},
	{name: "outbox-addresses", path: "/admin/mail/addresses", as: "secretariat"},
	{name: "outbox-hold", path: "/admin/mail/hold", as: "secretariat"},
	{name: "outbox-hold-wrong", path: "/admin/mail/hold", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "my-mails", path: "/me/mail", as: "participant"},
	{name: "mails-end", path: "/mail/end/nothing", want: http.StatusNotFound},
	{name: "mail-texts", path: "/admin/mail-texts", as: "secretariat"},
	{name: "mail-texts-none", path: "/admin/mail-texts?q=xyzzy", as: "secretariat"},
	{name: "mail-text", path: "/admin/mail-texts/review_reminder?lang=ar", as: "secretariat"},
	{name: "mail-text-wrong", path: "/admin/mail-texts/sign_in?lang=fr", as: "secretariat", want: http.StatusUnprocessableEntity, act: func(b *tab) {
		b.set("body", "{Nobody}")
		sendForm(b)
	}},
	{name: "webhooks", path: "/admin/webhooks", as: "admin"},
	{name: "webhook-wrong", path: "/admin/webhooks/new", as: "admin", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "webhook-secret", path: "/admin/webhooks/new", as: "admin", act: addHook},
	{name: "webhook", path: "/admin/webhooks/new", as: "admin", act: func(b *tab) { addHook(b); b.press(".confirm .actions a") }},
	{name: "webhook-sent", path: "/admin/webhooks/new", as: "admin", act: func(b *tab) { addHook(b); b.press(".confirm .actions a"); b.press("form[action$='/test'] button") }},
	{name: "ledger", path: "/ledger"},
	{name: "ledger-silent", path: "/ledger?silent=1&sort=oldest"},
	{name: "ledger-none", path: "/ledger?q=zzzz"},
	{name: "ledger-edition", path: sample + "/calls"},
	{name: "ledger-call", path: "{call}"},
	{name: "ledger-call-staff", path: "{call}", as: "secretariat"},
	{name: "ledger-answer", path: "{call}/answer", as: "secretariat"},
	{name: "ledger-answer-wrong", path: "{call}/answer", as: "secretariat", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "ledger-addressees", path: "{call}/addressees", as: "secretariat"},
	{name: "commitments", path: "/commitments"},
	{name: "commitment", path: "{commitment}"},
	{name: "commitment-update", path: "{commitment}/update", as: "secretariat"},
	{name: "issues", path: "/issues"},
	{name: "issue", path: "/issues/human-rights-online"},
	{name: "issue-editor", path: "/issues/human-rights-online", as: "editor"},
	{name: "issue-suggest", path: "/issues/human-rights-online/suggest", as: "editor"},
	{name: "processes", path: "/processes"},
	{name: "process", path: "/processes/global-digital-compact"},
	{name: "process-edit", path: "/processes/global-digital-compact/edit", as: "secretariat"},
	{name: "references", path: "/references"},
	{name: "reference", path: "{reference}"},
	{name: "deliver", path: "/ledger/deliver", as: "secretariat"},
	{name: "reviews", path: "/consultations"},
	{name: "review", path: review},
	{name: "review-paragraph", path: "{reviewed}"},
	{name: "review-comments", path: review + "/comments"},
	{name: "review-comment", path: review + "/comments/2"},
	{name: "review-write", path: "{reviewed}", as: "participant", act: func(b *tab) { b.press("main .actions a.button") }},
	{name: "review-write-wrong", path: review + "/comment", as: "participant", want: http.StatusUnprocessableEntity, act: sendForm},
	{name: "review-synthesis", path: review + "/synthesis?by=group"},
	{name: "review-log", path: review + "/log"},
	{name: "review-orphans", path: review + "/orphans"},
	{name: "review-desk", path: review + "/desk", as: "editor"},
	{name: "review-answer", path: review + "/comments/1/dispose", as: "editor"},
	{name: "review-moderate", path: review + "/comments/1/moderate", as: "secretariat"},
	{name: "review-settings", path: review + "/settings", as: "secretariat"},
	{name: "review-upload", path: review + "/upload", as: "participant"},
	{name: "review-answered", path: answered},
	{name: "review-changes", path: answered + "/changes"},
	{name: "review-word", path: answered + "/comments/2/word", as: "participant"},
	{name: "review-challenge", path: answered + "/synthesis/challenge", as: "participant"},
	{name: "my-comments", path: "/me/comments", as: "participant"},
	{name: "not-found", path: "/nowhere", want: http.StatusNotFound},
	{name: "forbidden", path: sample + "/messages/compile", as: "participant", want: http.StatusForbidden},
	{name: "empty-home", path: "/", on: "empty", want: http.StatusServiceUnavailable},
	{name: "set-up", path: "/set-up?token={token}", on: "empty"},
	{name: "set-up-wrong", path: "/set-up?token={token}", on: "empty", want: http.StatusUnprocessableEntity, act: sendForm},
}

// The reviews of the demo: one is open, of the other every comment is answered.
const (
	review   = "/consultations/2026-sample-messages-1"
	answered = "/consultations/2026-sample-paper-1"
)

// sendForm sends the page's form as it stands.
func sendForm(b *tab) { b.press("main form.form .actions button") }

// addHook adds the address of another program.
func addHook(b *tab) {
	b.set("name", "Chat of the secretariat")
	b.set("url", "https://chat.example/hooks/plenary")
	b.press("main form.form .actions button")
}

// asideWithoutReason sets a takeaway aside and does not say why.
func asideWithoutReason(b *tab) {
	eval[bool](b, `(() => { document.querySelector("#c1 input[name=keys]").checked = true; document.querySelector("#c1 details").open = true; return true })()`)
	b.press("#c1 button[value=aside]")
}

// tooLong writes more than the field takes.
func tooLong(b *tab) {
	eval[bool](b, `(() => { const f = document.querySelector("main form.form textarea"); f.value = "More than fits. ".repeat(500); return true })()`)
	b.press("main form.form .actions button[name=publish]")
}

func readOutlines(b *tab) {
	b.paste("[name=text]", outlines(b.T))
	b.press("main form.form > .actions button")
}

// handIn hands in a proposal as it stands.
func handIn(b *tab) { b.press("main form.form button[name=submit]") }

// outlines are an invented programme of main sessions.
func outlines(t testing.TB) string { return invented(t, "outlines.txt") }

func invented(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(testkit.Root(t), "internal", "formats", "forumtext", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// look opens a page as a table row says; the tab is signed in already.
func (b *tab) look(s *sites, p page, lang string) {
	b.Helper()
	address := s.address(p, lang)
	// The language of the last page would be taken for the reader's choice.
	b.load("visit", network.DeleteCookies("lang").WithURL(address), chromedp.Navigate(address))
	if p.act != nil {
		p.act(b)
	}
	want := p.want
	if want == 0 {
		want = http.StatusOK
	}
	b.must(want)
}

// roles are those of the table, visitors first.
func roles() []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range pages {
		if !seen[p.as] {
			seen[p.as] = true
			out = append(out, p.as)
		}
	}
	return out
}
