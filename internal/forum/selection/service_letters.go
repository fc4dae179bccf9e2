package selection

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/calls"
	"plenary/internal/forum/proposals"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// LetterWords are the words of one letter as they stand: a call's own, or the usual ones
// (version 0).
type LetterWords struct {
	Kind, Lang    string
	Subject, Body string
	Version       int64
}

// Own tells whether the call has words of its own.
func (l LetterWords) Own() bool { return l.Version > 0 }

// LetterInput is the form of a letter.
type LetterInput struct {
	Version int64  `form:"version" ui:"hidden" json:"version"`
	Subject string `form:"subject" max:"200" required:"1" json:"subject"`
	Body    string `form:"body" ui:"area" max:"8000" required:"1" json:"body"`
}

var placeholder = regexp.MustCompile(`\{[^{}\n]*\}?|\}`)

// strange finds the first thing in braces that is no placeholder, and its line.
func strange(text string) (what string, line int) {
	for i, l := range strings.Split(text, "\n") {
		for _, m := range placeholder.FindAllString(l, -1) {
			if name, ok := strings.CutSuffix(strings.TrimPrefix(m, "{"), "}"); !ok || m == "}" || !slices.Contains(Placeholders, name) {
				return m, i + 1
			}
		}
	}
	return "", 0
}

// check tells what is wrong with the words of a letter.
func (in *LetterInput) check() error {
	in.Subject, in.Body = strings.TrimSpace(in.Subject), strings.TrimSpace(strings.ReplaceAll(in.Body, "\r\n", "\n"))
	p := core.Validate(*in)
	if strings.ContainsAny(in.Subject, "\r\n") {
		p.Add("subject", "form.unreadable")
	}
	for _, x := range []struct{ path, text string }{{"subject", in.Subject}, {"body", in.Body}} {
		if what, line := strange(x.text); what != "" {
			p.Add(x.path, "selected.error.placeholder", "Line", line, "What", what)
		}
	}
	return p.Err()
}

// words are those of a call for a kind of decision in a language.
func (s *Service) words(letters []Letter, kind, lang string) LetterWords {
	out := LetterWords{Kind: kind, Lang: lang}
	for _, l := range letters {
		if l.Kind == kind && l.Lang == lang {
			out.Subject, out.Body, out.Version = l.Subject, l.Body, l.Version
			return out
		}
	}
	out.Subject, out.Body = s.usualLetter(lang, kind)
	return out
}

// Letters gives the words of all letters of a call, by kind and then by language. Who runs
// the call may.
func (s *Service) Letters(ctx context.Context, a core.Actor, ref string) (calls.Call, []LetterWords, error) {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return c, nil, err
	}
	own, err := lettersOf(ctx, s.rec.DB.Read, c.ID)
	if err != nil {
		return c, nil, err
	}
	var out []LetterWords
	for _, kind := range Choices {
		for _, lang := range core.Langs {
			out = append(out, s.words(own, kind, lang))
		}
	}
	return c, out, nil
}

func known(kind, lang string) bool {
	return slices.Contains(Choices, kind) && slices.Contains(core.Langs, lang)
}

// Words gives those of one letter. Who runs the call may. Errors: NotFound.
func (s *Service) Words(ctx context.Context, a core.Actor, ref, kind, lang string) (calls.Call, LetterWords, error) {
	c, list, err := s.Letters(ctx, a, ref)
	if err != nil {
		return c, LetterWords{}, err
	}
	i := slices.IndexFunc(list, func(l LetterWords) bool { return l.Kind == kind && l.Lang == lang })
	if i < 0 {
		return c, LetterWords{}, core.NotFound()
	}
	return c, list[i], nil
}

// SetLetter gives a call its own words for a kind of decision in a language. Who runs the
// call may. Event: selection.letter_changed. Errors: Stale with the present LetterInput,
// Invalid, also where something stands in braces that is no placeholder.
func (s *Service) SetLetter(ctx context.Context, a core.Actor, ref, kind, lang string, in LetterInput) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	if !known(kind, lang) {
		return core.NotFound()
	}
	if err := in.check(); err != nil {
		return err
	}
	return s.letterTx(ctx, a, c, kind, lang, in.Version, func(ctx context.Context, tx *record.Tx, was LetterWords) error {
		l := Letter{Call: c.ID, Kind: kind, Lang: lang, Subject: in.Subject, Body: in.Body, Version: was.Version + 1}
		if was.Version == 0 {
			_, err := tx.NewInsert().Model(&l).Exec(ctx)
			return wrap(err, "keep letter")
		}
		stale, err := record.Once(tx.NewUpdate().Model(&l).WherePK().Where("version = ?", was.Version).Exec(ctx))
		if err != nil || stale {
			return record.StaleOr(err, LetterInput{Version: was.Version, Subject: was.Subject, Body: was.Body})
		}
		return nil
	})
}

// UsualLetter goes back to the usual words. Rights, event and errors as of SetLetter.
func (s *Service) UsualLetter(ctx context.Context, a core.Actor, ref, kind, lang string, version int64) error {
	c, err := s.may(ctx, a, ref, "run")
	if err != nil {
		return err
	}
	if !known(kind, lang) {
		return core.NotFound()
	}
	return s.letterTx(ctx, a, c, kind, lang, version, func(ctx context.Context, tx *record.Tx, _ LetterWords) error {
		_, err := tx.NewDelete().Model((*Letter)(nil)).Where("call = ? AND kind = ? AND lang = ?", c.ID, kind, lang).Exec(ctx)
		return wrap(err, "forget letter")
	})
}

func (s *Service) letterTx(ctx context.Context, a core.Actor, c calls.Call, kind, lang string, version int64, fn func(context.Context, *record.Tx, LetterWords) error) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		own, err := lettersOf(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		was := s.words(own, kind, lang)
		if was.Version != version {
			return core.Stale(LetterInput{Version: was.Version, Subject: was.Subject, Body: was.Body})
		}
		if err := fn(ctx, tx, was); err != nil {
			return err
		}
		tx.Append("selection.letter_changed", c.ID, c.Scope(), record.Internal, record.Data{"label": c.Title, "call": c.Ref, "kind": kind, "lang": lang})
		return nil
	})
}

// Preview is a letter as somebody would get it.
type Preview struct {
	To            string // the name, as the letter has it
	Lang          string // that in which it would be sent; the preview may be in another
	Subject, Text string
	Chosen        bool // the decision is the proposal's; otherwise it is an example
}

// PreviewLetter writes the letter of a kind in a language for a proposal, by its number:
// with what is chosen for it, where that is of this kind, and with examples in the place of
// what is not. Words that are only tried out may be given. Who runs the call may. Errors:
// NotFound, also where she has a conflict with the proposal; Invalid.
func (s *Service) PreviewLetter(ctx context.Context, a core.Actor, ref string, number int, kind, lang string, tried *LetterInput) (Preview, error) {
	if !known(kind, lang) {
		return Preview{}, core.NotFound()
	}
	b, err := s.Board(ctx, a, ref, nil)
	if err != nil {
		return Preview{}, err
	}
	line, ok := b.Line(number)
	if !ok {
		return Preview{}, core.NotFound()
	}
	own, err := lettersOf(ctx, s.rec.DB.Read, b.Call.ID)
	if err != nil {
		return Preview{}, err
	}
	if tried != nil {
		if err := tried.check(); err != nil {
			return Preview{}, err
		}
		own = append(slices.DeleteFunc(own, func(l Letter) bool { return l.Kind == kind && l.Lang == lang }), Letter{Kind: kind, Lang: lang, Subject: tried.Subject, Body: tried.Body})
	}
	parties, err := s.Proposals.PartiesOf(ctx, []core.ID{line.ID})
	if err != nil {
		return Preview{}, err
	}
	to, err := s.addressees(ctx, []proposals.Input{b.facts[line.ID]}, parties)
	if err != nil {
		return Preview{}, err
	}
	var out Preview
	who := addressee{lang: lang}
	if len(to[line.ID]) > 0 {
		who = to[line.ID][0]
		out.Lang = who.lang
	}
	out.To, who.lang = who.name, lang
	d, chosen := b.wouldBe(line, kind)
	session := ""
	if !chosen {
		s.example(&d, b, line, lang)
	}
	if d.Choice == Accept || d.Choice == Merge {
		session = s.BaseURL + s.exampleSession(ctx, b, line.ID)
	}
	out.Chosen = chosen
	if s.Calls.Types != nil && b.Call.Edition != "" {
		if b.types, err = s.Calls.Types(ctx, b.Call.Edition); err != nil {
			return Preview{}, err
		}
	}
	out.Subject, out.Text = s.compose(own, b, d, who, session)
	return out, nil
}

// wouldBe is what would be published of a proposal now, if that is of a kind.
func (b *Board) wouldBe(l Line, kind string) (Decided, bool) {
	d := Decided{Proposal: l.ID, Choice: kind, Type: b.Call.Becomes}
	if l.Hand != nil && l.Hand.Choice == kind {
		d.Conditions, d.Reasons, d.Words, d.Target = l.Hand.Conditions, l.Hand.Reasons, l.Hand.Words, l.Hand.Target
		if l.Hand.Type != "" {
			d.Type = l.Hand.Type
		}
		return d, true
	}
	if l.Was != nil && l.Was.Choice == kind {
		d.Conditions, d.Reasons, d.Words, d.Target, d.Type = l.Was.Conditions, l.Was.Reasons, l.Was.Words, l.Was.Target, l.Was.Type
		return d, true
	}
	return d, l.Outcome.Choice == kind
}

// example puts examples in the place of what has not been chosen.
func (s *Service) example(d *Decided, b *Board, l Line, lang string) {
	for _, r := range b.Selection.Reasons {
		if len(d.Reasons) < 2 && (d.Choice == Wait || d.Choice == Decline) {
			d.Reasons = append(d.Reasons, r.Code)
		}
	}
	d.Words = s.Catalog.T(lang, "selected.example.words")
	switch d.Choice {
	case Condition:
		d.Conditions = s.Catalog.T(lang, "selected.example.conditions")
	case Offer:
		for _, q := range b.Selection.Rules.Quotas {
			if q.Type != b.Call.Becomes {
				d.Type = q.Type
			}
		}
	case Merge:
		for _, x := range b.Lines {
			if x.ID != l.ID {
				d.Target = x.ID
				break
			}
		}
	}
}

// exampleSession is the address of the proposal's session, or that of the proposal where
// it has none yet.
func (s *Service) exampleSession(ctx context.Context, b *Board, id core.ID) string {
	links, err := linksOf(ctx, s.rec.DB.Read, []core.ID{id})
	if err == nil && links[id].Session != "" {
		if there, err := s.there(ctx, links); err == nil && there[id].Path != "" {
			return there[id].Path
		}
	}
	return b.facts[id].Path()
}

// TestLetter sends a preview to who asks for it, and to nobody else. Who runs the call may.
// Errors as of PreviewLetter; Limited after a few within some minutes.
func (s *Service) TestLetter(ctx context.Context, a core.Actor, ref string, number int, kind, lang string, tried *LetterInput) (to string, err error) {
	p, err := s.PreviewLetter(ctx, a, ref, number, kind, lang, tried)
	if err != nil {
		return "", err
	}
	acc, err := s.Accounts.ByID(ctx, a.Account)
	if err != nil {
		return "", err
	}
	if err := s.tests.Allow(string(a.Account)); err != nil {
		return "", err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.Mail.QueueTx(ctx, tx, mail.Message{
			ID: fmt.Sprintf("selection-test/%s", tx.NewID()), Kind: "selection_test", To: acc.Email, ToName: acc.Name, Lang: lang,
			Subject: s.Catalog.T(lang, "selected.test_subject", "Subject", p.Subject), Text: p.Text,
		})
	})
	return acc.Email, err
}
