package consultations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/formats/commentfile"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/record"
)

// BatchProblem says what is wrong in a file: in which row, at which field, as a sentence
// of the catalogue.
type BatchProblem struct {
	Row   int
	Field string
	Key   string
	Args  []any
}

// BatchError is a file that cannot be taken. Nothing of it was.
type BatchError struct{ Problems []BatchProblem }

func (e *BatchError) Error() string { return "the file cannot be taken" }

// ReadBatch reads the file of a delegation and checks every row against the text, as
// SubmitBatch does, without taking anything. Where anything is wrong the error is a
// *BatchError that names row and field.
func (s *Service) ReadBatch(ctx context.Context, a core.Actor, ref, name string, data []byte, mails string) (commentfile.File, []CommentInput, error) {
	c, err := s.Get(ctx, a, ref)
	if err != nil {
		return commentfile.File{}, nil, err
	}
	f, err := commentfile.Read(name, data)
	if problems, ok := errors.AsType[commentfile.Problems](err); ok {
		out := &BatchError{}
		for _, p := range problems {
			x := BatchProblem{Row: p.Row, Field: p.Field, Key: "consultations.file_problem." + p.Code, Args: []any{"Limit", "", "Value", ""}}
			if p.Field == commentfile.FieldParagraph && p.Code == commentfile.CodeMissing {
				x.Key += "_paragraph"
			}
			for _, k := range []string{"Limit", "Value"} {
				if v, ok := p.Args[k]; ok {
					x.Args = append(x.Args, k, v)
				}
			}
			out.Problems = append(out.Problems, x)
		}
		return f, nil, out
	}
	if err != nil {
		return f, nil, err
	}
	t, err := s.readTexts(ctx, s.rec.DB.Read, c.Document)
	if err != nil {
		return f, nil, err
	}
	rows, err := s.batch(ctx, a, c, t, f, mails)
	return f, rows, err
}

// batch makes comments of the rows of a file and checks each.
func (s *Service) batch(ctx context.Context, a core.Actor, c Consultation, t *texts, f commentfile.File, mails string) ([]CommentInput, error) {
	head, err := s.Prefill(ctx, a, "")
	if err != nil {
		return nil, err
	}
	bad := &BatchError{}
	head.Mails = mails
	if f.Name != "" {
		head.Name = f.Name
	}
	if f.Organisation != "" {
		head.Organisation = f.Organisation
	}
	if f.Group != "" {
		if head.Group = s.termNamed(groupList, f.Group); head.Group == "" {
			bad.Problems = append(bad.Problems, BatchProblem{Field: commentfile.FieldGroup, Key: "consultations.file_problem.group", Args: []any{"Value", f.Group}})
		}
	}
	if f.Country != "" {
		head.Country, head.Region = "", s.termNamed(regionList, f.Country)
		if alpha, ok := s.vocab.FindCountry(f.Country); ok && head.Region == "" {
			head.Country, head.Region = alpha, s.vocab.RegionOf(alpha)
		}
		if head.Region == "" {
			bad.Problems = append(bad.Problems, BatchProblem{Field: commentfile.FieldCountry, Key: "consultations.file_problem.country", Args: []any{"Value", f.Country}})
		}
	}
	fields := map[string]string{
		"para": commentfile.FieldParagraph, "quote": commentfile.FieldQuote, "body": commentfile.FieldComment, "proposal": commentfile.FieldProposal,
		"lang": commentfile.FieldLanguage, "name": commentfile.FieldName, "group": commentfile.FieldGroup, "region": commentfile.FieldCountry,
		"country": commentfile.FieldCountry, "organisation": commentfile.FieldOrganisation,
	}
	var out []CommentInput
	stated := map[string]bool{} // what is wrong with the sender is said once
	for _, r := range f.Rows {
		in := head
		in.Para, in.Quote, in.Body, in.Proposal, in.Lang = r.Para, r.Quote, r.Comment, r.Proposal, r.Lang
		if in.Lang == "" {
			in.Lang = s.usualLang(c, t)
		}
		in.QuoteLang = t.langOf(in.Para, in.Quote, r.Lang)
		_, err := s.written(&c, t, in)
		if e, ok := errors.AsType[*core.Error](err); ok && e.Kind == core.KindInvalid {
			for _, p := range e.Fields {
				x := BatchProblem{Row: r.Row, Field: fields[p.Path], Key: p.Key, Args: p.Args}
				if slices.Contains([]string{"name", "group", "region", "country", "organisation"}, p.Path) {
					if x.Row = 0; stated[p.Path] || len(bad.Problems) > 0 && (p.Path == "group" && f.Group != "" || p.Path == "region" && f.Country != "") {
						continue
					}
					stated[p.Path] = true
				}
				bad.Problems = append(bad.Problems, x)
			}
		} else if err != nil {
			return nil, err
		}
		out = append(out, in)
	}
	if len(bad.Problems) > 0 {
		return nil, bad
	}
	return out, nil
}

// usualLang is the language of comments that do not say theirs.
func (s *Service) usualLang(c Consultation, t *texts) string {
	if l := t.lang(t.last, ""); slices.Contains(c.Langs, l) {
		return l
	}
	return c.Langs[0]
}

// termNamed finds a term by its code or by its label in any language.
func (s *Service) termNamed(list, words string) string {
	key := core.Fold(words)
	for _, t := range s.vocab.Terms(list) {
		if core.Fold(t.Code) == key {
			return t.Code
		}
		for _, l := range t.Label.By {
			if core.Fold(l) == key {
				return t.Code
			}
		}
	}
	return ""
}

// SubmitBatch takes all comments of a delegation's file, or none. Whoever may comment
// may. The author is the actor; one mail is the receipt of all. Event: comment.made for
// each. Errors: *BatchError with row and field; those of Comment.
func (s *Service) SubmitBatch(ctx context.Context, a core.Actor, ref string, f commentfile.File, mails string) ([]Comment, error) {
	if a.SignedIn() {
		if err := s.limit.Allow(string(a.Account)); err != nil {
			return nil, err
		}
	}
	if !slices.Contains(Mails, mails) {
		mails = MailEach
	}
	var out []Comment
	err := s.edit(ctx, a, ref, "comment", func(ctx context.Context, tx *record.Tx, c *Consultation) (err error) {
		out, err = s.batchTx(ctx, tx, c, f, mails)
		return err
	})
	return out, err
}

// batchTx checks and writes the comments of a file; the caller recounts.
func (s *Service) batchTx(ctx context.Context, tx *record.Tx, c *Consultation, f commentfile.File, mails string) ([]Comment, error) {
	t, err := s.textsTx(ctx, tx, c.Document)
	if err != nil {
		return nil, err
	}
	rows, err := s.batch(ctx, tx.Actor, *c, t, f, mails)
	if err != nil {
		return nil, err
	}
	if err := s.mayComment(ctx, tx.Actor, *c, tx.Now); err != nil {
		return nil, err
	}
	var out []Comment
	var places []Placed
	m := t.movers()
	for _, in := range rows {
		co, err := s.written(c, t, in)
		if err != nil {
			return nil, err
		}
		s.stamp(tx, c, &co, ViaFile)
		out = append(out, co)
		places = append(places, allPlaces(m, co)...)
		tx.AppendPersonal("comment.made", co.ID, c.Scope, record.Public, made(*c, co), record.Data{"account": co.Account})
	}
	for part := range slices.Chunk(out, 200) {
		if _, err := tx.NewInsert().Model(&part).Exec(ctx); err != nil {
			return nil, fmt.Errorf("write comments: %w", err)
		}
	}
	if err := writePlaces(ctx, tx, places); err != nil {
		return nil, err
	}
	return out, s.receipts(ctx, tx, *c, out)
}

// Template is the text of a consultation as a form for a delegation.
func (s *Service) Template(ctx context.Context, a core.Actor, c Consultation, lang, note string) (commentfile.Template, error) {
	d, r, err := s.docs.SeeRevision(ctx, a, c.Document, 0)
	if err != nil {
		return commentfile.Template{}, err
	}
	title, _ := d.Title.In(lang)
	t := commentfile.Template{Title: title, Note: note, Lang: lang}
	for _, p := range r.Paragraphs {
		if p.Kind == documents.Heading && strings.TrimSpace(p.Text.String()) == "" {
			continue
		}
		text, _ := p.Text.In(lang)
		t.Paras = append(t.Paras, commentfile.Para{ID: p.ID, Text: text})
	}
	return t, nil
}
