package participation

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Names under which Setting.Letters keeps words that stand on every letter.
const (
	wordsSign    = "signatory" // who signs, with her function
	wordsAddress = "address"   // of the letterhead
)

// wordKinds are all kinds of which the staff writes own words.
var wordKinds = slices.Concat(MailKinds, LetterKinds, []string{wordsSign, wordsAddress})

// WordsInput are the staff's own words for a kind of mail or letter.
type WordsInput struct {
	Version int64     `form:"version" ui:"hidden"`
	Kind    string    `form:"kind" ui:"hidden"`
	Words   core.Text `form:"words" ui:"areas" max:"3000"`
}

// SetWords keeps the staff's own words for a kind of mail or letter; empty ones take them
// out. Event: registration_setting.words_set.
func (s *Service) SetWords(ctx context.Context, a core.Actor, set *editions.Setting, in WordsInput) error {
	if err := checkStaff(a, set.ID); err != nil {
		return err
	}
	in.Words = in.Words.Clean()
	p := core.Validate(in)
	if !slices.Contains(wordKinds, in.Kind) {
		p.Add("kind", "participation.error.choice")
	}
	if p.Err() != nil {
		return p.Err()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		st, err := settingOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		before := st.Letters[in.Kind]
		letters := maps.Clone(st.Letters)
		if letters == nil {
			letters = map[string]core.Text{}
		}
		if letters[in.Kind] = in.Words; in.Words.IsZero() {
			delete(letters, in.Kind)
		}
		stale, err := record.Once(tx.NewUpdate().Model((*Setting)(nil)).Set("letters = ?", jsonText(letters)).Set("version = version + 1").
			Where("edition = ? AND version = ?", set.ID, in.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, WordsInput{Version: st.Version, Kind: in.Kind, Words: before})
		}
		tx.Append("registration_setting.words_set", set.ID, Scope(set.ID), record.Internal, record.Data{"label": in.Kind})
		return nil
	})
}

type wordsView struct {
	Title, Lead string
	Mails       web.Tabs
	Papers      web.Tabs
	About       string
	Form        *web.Form
	Langs       web.Tabs
	Subject     string
	Text        string
	Lang, Dir   string
}

// letterWords is the page on which the staff writes its own words for mails and letters, and
// sees the mail as somebody would get it.
func (w *Web) letterWords(c *web.C) error {
	set, st, err := w.staffed(c)
	if err != nil {
		return err
	}
	here := set.Path() + "/registrations/letters"
	kind, lang := c.Query("kind"), c.Query("lang")
	if !slices.Contains(wordKinds, kind) {
		kind = MailApproved
	}
	if !core.LangKnown(lang) {
		lang = c.Lang
	}
	in := WordsInput{Version: st.Version, Kind: kind, Words: st.Letters[kind]}
	var failed error
	if c.R.Method == http.MethodPost {
		in = WordsInput{}
		if failed = c.Decode(&in); failed == nil {
			if c.Wants("_look") { // only to see what it would look like
				if p := core.Validate(in); p.Err() != nil {
					failed = p.Err()
				}
			} else if failed = w.s.SetWords(c.Context(), c.Actor, set, in); failed == nil {
				return c.Done(here+"?kind="+kind+"&lang="+lang, "participation.letter.words.saved")
			}
		}
	}
	f := c.Form("participation.letter.words", &in)
	f.Action = c.URL(here + "?" + url.Values{"kind": {kind}, "lang": {lang}}.Encode())
	f.Buttons = append(f.Buttons, web.Button{Name: "_look", Value: "1", Label: c.T("participation.letter.words.look")})
	status, err := f.Refused(failed)
	if err != nil {
		return err
	}
	v := wordsView{Title: c.T("participation.letter.words"), Lead: c.T("participation.letter.words.lead"), Form: f, About: c.T("participation.letter.words.about." + kind), Lang: lang, Dir: core.Dir(lang)}
	tab := func(k string) web.Tab {
		return web.Tab{Label: c.T("participation.letter.words.kind." + k), URL: c.URL(here + "?kind=" + k), Current: k == kind}
	}
	v.Mails.Label, v.Papers.Label = c.T("participation.letter.words.mails"), c.T("participation.letter.words.papers")
	for _, k := range MailKinds {
		v.Mails.Tabs = append(v.Mails.Tabs, tab(k))
	}
	for _, k := range slices.Concat(LetterKinds, []string{wordsSign, wordsAddress}) {
		v.Papers.Tabs = append(v.Papers.Tabs, tab(k))
	}
	if slices.Contains(MailKinds, kind) {
		v.Langs.Label = c.T("participation.letter.words.langs")
		for _, l := range core.Langs {
			v.Langs.Tabs = append(v.Langs.Tabs, web.Tab{Label: web.LangName[l], Lang: l, URL: c.URL(here + "?kind=" + kind + "&lang=" + l), Current: l == lang})
		}
		shown := *st
		shown.Letters = maps.Clone(st.Letters)
		if shown.Letters == nil {
			shown.Letters = map[string]core.Text{}
		}
		shown.Letters[kind] = in.Words.Clean()
		r := w.sample(lang, kind, &shown)
		d := Delegation{}
		if kind == MailConfirm {
			d.Name = w.s.Catalog.T(lang, "participation.letter.sample.organisation")
		}
		v.Subject, v.Text = w.s.mailText(lang, kind, set, &shown, d, r)
	}
	title := v.Title
	if failed != nil {
		title = c.T("form.error_title", "Title", title)
	}
	return c.Page(web.Page{Name: "participation/letter-words", Title: title, Section: "programme", NoIndex: true, Status: status, V: v, Trail: w.deskTrail(c, set, web.Crumb{Label: v.Title})})
}

// sample is somebody who does not exist, for a mail that is only looked at.
func (w *Web) sample(lang, kind string, st *Setting) *Registration {
	t := func(key string) string { return w.s.Catalog.T(lang, "participation.letter.sample."+key) }
	r := &Registration{Number: 123, Name: t("name"), Organisation: t("organisation"), Mode: ModeOnsite, State: StateApproved, Lang: lang}
	switch kind {
	case MailReceived, MailRecheck, MailConfirm:
		r.State = StatePending
	case MailDeclined:
		r.State, r.Reason = StateDeclined, core.NewText(lang, t("reason"))
	case MailWaiting:
		r.State = StateWaiting
	case MailWithdrawn:
		r.State = StateWithdrawn
	}
	for i := range st.Categories {
		if !st.Categories[i].Staffed {
			r.Category = st.Categories[i].ID
			break
		}
	}
	return r
}
