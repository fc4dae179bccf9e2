package mail

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"plenary/internal/core"
	"plenary/internal/platform/i18n"
	"plenary/internal/testkit"
	"plenary/web"
)

var editor = core.Actor{Account: "01890000-0000-7000-8000-000000000001", Name: "Edith", Grants: []core.Grant{{Role: core.RoleSecretariat, Scope: core.ScopeForum}}}

func worded(t *testing.T, url string) *Service {
	t.Helper()
	words, err := i18n.Load(web.Locales())
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(openRecord(t, url), words, Config{BaseURL: "https://forum.example", Name: func(string) string { return "Forum" }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// What the staff words reads so in the next mail, in that language alone, and can be taken
// back; another process hears of it.
func TestTextsAreWorded(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := worded(t, url)
		ctx := t.Context()
		text, err := s.TextOf(ctx, editor, "review_reminder", "ru")
		if err != nil {
			t.Fatal(err)
		}
		if got := text.Program.Body.Names(); !slices.Equal(got, []string{"one", "few", "many", "other"}) {
			t.Fatalf("the Russian text has the forms %v", got)
		}
		in := InputOf(text)
		in.SubjectFew, in.BodyFew = "Ждут {Count}", "Предложений: {Count}.\n\n{URL}"
		if err := s.Word(ctx, editor, "review_reminder", in); err != nil {
			t.Fatal(err)
		}
		subject, body := s.Compose("ru", "review_reminder", "Count", 3, "URL", "https://forum.example/x", "Phase", "p", "Call", "c", "Until", "u")
		if subject != "Ждут 3" || !strings.HasPrefix(body, "Предложений: 3.\n\nhttps://forum.example/x\n") {
			t.Errorf("the mail reads %q: %q", subject, body)
		}
		if subject, _ = s.Compose("ru", "review_reminder", "Count", 5, "Call", "c"); strings.HasPrefix(subject, "Ждут 5") {
			t.Errorf("the form for five reads %q", subject)
		}
		if subject, _ = s.Compose("en", "review_reminder", "Count", 3, "Call", "c"); subject != "3 proposals wait for your review: c" {
			t.Errorf("the English mail reads %q", subject)
		}
		list, err := s.Lines(ctx, editor, "en", "Предложений: {Count}")
		if err != nil || len(list) != 1 || !slices.Equal(list[0].Own, []string{"ru"}) || list[0].Moved {
			t.Errorf("what was worded is found as %+v, %v", list, err)
		}
		if err := s.Word(ctx, editor, "review_reminder", in); core.KindOf(err) != core.KindStale {
			t.Errorf("a second editor wrote over the first: %v", err)
		}

		text, err = s.TextOf(ctx, editor, "review_reminder", "ru")
		if err != nil || !text.Own || text.By != "Edith" {
			t.Fatalf("%+v, %v", text, err)
		}
		if err := s.Unword(ctx, editor, "review_reminder", "ru", text.Version); err != nil {
			t.Fatal(err)
		}
		if subject, _ = s.Compose("ru", "review_reminder", "Count", 3, "Call", "c"); subject == "Ждут 3" {
			t.Error("the mail still reads as the staff worded it")
		}
		if _, err := s.TextOf(ctx, core.Visitor, "review_reminder", "ru"); err == nil {
			t.Error("a visitor reads the texts of mails")
		}
	})
}

func TestWrongTexts(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := worded(t, url)
		for name, x := range map[string]struct {
			in    TextInput
			field string
			key   string
		}{
			"an unknown value":       {TextInput{Lang: "en", SubjectOther: "Hello {Nobody}", BodyOther: "{URL}"}, "subject", "mailtexts.error.value"},
			"no address":             {TextInput{Lang: "en", SubjectOther: "Hello", BodyOther: "Press here"}, "body", "mailtexts.error.needed"},
			"a template":             {TextInput{Lang: "en", SubjectOther: "Hello", BodyOther: "{{.URL}} {{range .}} {URL}"}, "body", "mailtexts.error.braces"},
			"a form that is none":    {TextInput{Lang: "zh", SubjectOther: "Hello", BodyOther: "{URL}", BodyFew: "{URL}"}, "body_few", "mailtexts.error.form"},
			"nothing":                {TextInput{Lang: "fr", BodyOther: "{URL}"}, "subject", "form.required"},
			"a subject far too long": {TextInput{Lang: "en", SubjectOther: strings.Repeat("x", 201), BodyOther: "{URL}"}, "subject", "form.too_long"},
		} {
			err := s.Word(t.Context(), editor, "sign_in", x.in)
			e, _ := errors.AsType[*core.Error](err)
			if e == nil || !slices.ContainsFunc(e.Fields, func(f core.FieldError) bool { return f.Path == x.field && f.Key == x.key }) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Word(t.Context(), editor, "../nothing", TextInput{Lang: "en", SubjectOther: "x", BodyOther: "x"}); core.KindOf(err) != core.KindNotFound {
			t.Errorf("a text that is none: %v", err)
		}
	})
}

// Every text of the program fits its own rules in every language: what an editor sees can
// be saved as it is.
func TestProgramTextsFit(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, url string) {
		s := worded(t, url)
		list, err := s.Lines(t.Context(), editor, "en", "")
		if err != nil || len(list) < 80 {
			t.Fatalf("%d texts, %v", len(list), err)
		}
		for _, l := range list {
			for _, lang := range core.Langs {
				text, err := s.textOf(t.Context(), s.rec.DB.Read, l.Name, lang)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := s.wording(l.Name, InputOf(text)); err != nil {
					t.Errorf("%s in %s: %+v", l.Name, lang, err)
				}
			}
		}
	})
}

func TestCollects(t *testing.T) {
	at := time.Date(2026, 11, 23, 6, 30, 0, 0, time.UTC) // a Monday
	for _, x := range []struct{ zone, how, want string }{
		{"", Daily, "2026-11-23T07:00:00Z"},
		{"Africa/Nairobi", Daily, "2026-11-24T04:00:00Z"}, // seven there was half past four here
		{"", Weekly, "2026-11-23T07:00:00Z"},
		{"Africa/Nairobi", Weekly, "2026-11-30T04:00:00Z"},
		{"America/New_York", Daily, "2026-11-23T12:00:00Z"},
	} {
		if got := collects(at, x.zone, x.how).UTC().Format(time.RFC3339); got != x.want {
			t.Errorf("%s in %q: %s, not %s", x.how, x.zone, got, x.want)
		}
	}
}
