package conduct

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/authn"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// ReportInput is the form of a report.
type ReportInput struct {
	Words    string   `form:"words" ui:"area" required:"true" max:"8000"`
	Place    string   `form:"place" max:"300"`
	Happened string   `form:"happened" max:"300"`
	About    string   `form:"about" ui:"area" max:"1000"`
	File     string   `form:"file" ui:"file"`
	Not      []string `form:"not" ui:"checks"` // accounts of handlers who should not read it
	Contact  string   `form:"contact" max:"300"`
	Unnamed  bool     `form:"unnamed" ui:"check"`
	Withheld bool     `form:"withheld" ui:"check"`

	Files []blob.Blob `form:"-"`
}

// Enter takes a report, from anybody who sees the edition; network is where it comes from.
// The token is that of the private link, told this once. Too many at once are
// core.KindLimited. It appends conduct.reported by nobody: the record does not tell who
// reported.
func (s *Service) Enter(ctx context.Context, a core.Actor, set *editions.Setting, in ReportInput, lang, network string) (number int, token string, err error) {
	if err := policy.Check("report", "", a.Roles(set.Scope())...); err != nil {
		return 0, "", err
	}
	if err := core.Validate(in).Err(); err != nil {
		return 0, "", err
	}
	if err := s.enters.Allow(network); err != nil {
		return 0, "", err
	}
	if !core.LangKnown(lang) {
		lang = core.Langs[0]
	}
	token, hash := authn.NewToken()
	r := Report{
		Edition: set.ID, State: StateReceived, TokenHash: hash, Contact: line(in.Contact), Lang: lang, Withheld: in.Withheld,
		Place: line(in.Place), Happened: line(in.Happened), Words: strings.TrimSpace(in.Words), About: strings.TrimSpace(in.About), Version: 1,
	}
	if a.SignedIn() && !in.Unnamed {
		r.Account = a.Account
	}
	accounts := []core.ID{}
	if a.SignedIn() {
		accounts = append(accounts, a.Account) // she does not handle what she reports, named or not
	}
	for _, id := range in.Not {
		accounts = append(accounts, core.ID(id))
	}
	err = s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		if _, err := settingTx(ctx, tx, set.ID); err != nil {
			return err
		}
		if err := tx.NewRaw("UPDATE conduct_settings SET last_number = last_number + 1 WHERE edition = ? RETURNING last_number", set.ID).Scan(ctx, &r.Number); err != nil {
			return fmt.Errorf("number report: %w", err)
		}
		r.ID, r.Received = tx.NewID(), tx.Now
		if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
			return fmt.Errorf("keep report: %w", err)
		}
		named, others, err := handlersOf(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		for _, id := range accounts {
			if !slices.Contains(named, id) && !slices.Contains(others, id) || slices.Contains(r.Recused, id) {
				continue // not a handler: there is nobody to keep out
			}
			r.Recused = append(r.Recused, id)
			if err := recuseTx(ctx, tx, r.ID, id); err != nil {
				return err
			}
		}
		if err := s.filesTx(ctx, tx, r.ID, in.Files); err != nil {
			return err
		}
		tx.Append("conduct.reported", r.ID, Scope(set.ID), record.Internal, record.Data{"number": r.Number})
		return s.tellTx(ctx, tx, set, &r, "conduct_reported", "new")
	})
	return r.Number, token, err
}

func recuseTx(ctx context.Context, tx *record.Tx, report, account core.ID) error {
	row := recusedRow{Report: report, Account: account}
	if _, err := tx.NewInsert().Model(&row).On("CONFLICT DO NOTHING").Exec(ctx); err != nil {
		return fmt.Errorf("recuse handler: %w", err)
	}
	return nil
}

func (s *Service) filesTx(ctx context.Context, tx *record.Tx, report core.ID, files []blob.Blob) error {
	if len(files) == 0 {
		return nil
	}
	n, err := tx.NewSelect().Model((*Kept)(nil)).Where("report = ?", report).Count(ctx)
	if err != nil {
		return fmt.Errorf("count files of report: %w", err)
	}
	if int(n)+len(files) > mostFiles {
		var p core.Problems
		p.Add("file", "conduct.error.files", "Count", mostFiles)
		return p.Err()
	}
	for _, f := range files {
		if err := s.Files.RegisterTx(ctx, tx, f); err != nil { // by nobody, as the act is
			return err
		}
		row := Kept{ID: tx.NewID(), Report: report, File: f.ID, Name: f.Name, Size: f.Size, At: tx.Now}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("keep file of report: %w", err)
		}
	}
	return nil
}

// tellTx mails those who handle a report that there is something to read. The mail says
// nothing of it.
func (s *Service) tellTx(ctx context.Context, tx *record.Tx, set *editions.Setting, r *Report, kind, cause string) error {
	ids, err := s.eligibleIn(ctx, tx, r)
	if err != nil {
		return err
	}
	accounts, err := s.Accounts.ByIDs(ctx, ids)
	if err != nil {
		return err
	}
	var out []mail.Message
	for _, id := range ids {
		acc, ok := accounts[id]
		if !ok {
			continue
		}
		m := mail.Message{ID: kind + "/" + string(r.ID) + "/" + cause + "/" + string(id), Kind: kind, To: acc.Email, ToName: acc.Name, Lang: acc.Lang}
		m.Subject, m.Text = s.Mail.Compose(acc.Lang, kind, "Number", r.Number, "Edition", named(set, acc.Lang), "URL", s.BaseURL+set.Path()+reportPath(r.Number))
		out = append(out, m)
	}
	return s.Mail.QueueTx(ctx, tx, out...)
}

func reportPath(number int) string { return fmt.Sprintf("/conduct/reports/%d", number) }

func named(set *editions.Setting, lang string) string { s, _ := set.Name.In(lang); return s }

// line is a text in one line.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// Followed is a report as who reported sees it: by her link.
func (s *Service) Followed(ctx context.Context, set *editions.Setting, token, network string) (*Report, error) {
	if err := s.guesses.Allow(network); err != nil {
		return nil, err
	}
	if token == "" {
		return nil, core.NotFound()
	}
	var r Report
	if err := s.rec.DB.Read.NewSelect().Model(&r).Where("cr.edition = ? AND cr.token_hash = ?", set.ID, authn.HashOf(token)).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	if err := load(ctx, s.rec.DB.Read, &r); err != nil {
		return nil, err
	}
	r.Notes = slices.DeleteFunc(r.Notes, func(n Note) bool { return n.Source != FromReporter && n.Source != FromHandler })
	return &r, nil
}

// AddInput is what a reporter adds by her link.
type AddInput struct {
	Words string `form:"words" ui:"area" required:"true" max:"8000"`
	File  string `form:"file" ui:"file"`

	Files []blob.Blob `form:"-"`
}

// Add takes what a reporter adds by her link. It appends conduct.added by nobody.
// Conflict when the report is closed.
func (s *Service) Add(ctx context.Context, set *editions.Setting, token string, in AddInput, network string) error {
	r, err := s.Followed(ctx, set, token, network)
	if err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	if err := s.enters.Allow(network); err != nil {
		return err
	}
	return s.rec.Write(ctx, core.Visitor, func(ctx context.Context, tx *record.Tx) error {
		now, err := reportTx(ctx, tx, r.ID)
		if err != nil {
			return err
		}
		if now.State == StateClosed {
			return core.Conflict("conduct.error.closed")
		}
		n := Note{ID: tx.NewID(), Report: r.ID, Source: FromReporter, Words: strings.TrimSpace(in.Words), At: tx.Now}
		if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
			return fmt.Errorf("add to report: %w", err)
		}
		if err := s.filesTx(ctx, tx, r.ID, in.Files); err != nil {
			return err
		}
		tx.Append("conduct.added", r.ID, Scope(set.ID), record.Internal, record.Data{"number": r.Number})
		return s.tellTx(ctx, tx, set, now, "conduct_added", string(n.ID))
	})
}

// reportTx loads a report with all that belongs to it inside an act.
func reportTx(ctx context.Context, tx *record.Tx, id core.ID) (*Report, error) {
	r := &Report{}
	if err := tx.NewSelect().Model(r).Where("cr.id = ?", id).Scan(ctx); err != nil {
		return nil, record.Found(err)
	}
	return r, load(ctx, tx, r)
}
