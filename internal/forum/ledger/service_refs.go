package ledger

import (
	"context"
	"fmt"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/platform/db"
	"plenary/internal/platform/record"
)

// Reference is a document of others (E157): what cites the forum, or what is cited in
// its sessions.
type Reference struct {
	bun.BaseModel `bun:"table:ledger_references,alias:lr" json:"-"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Title     core.Text    `bun:"title,type:jsonb" json:"title"`
	TitleKey  string       `bun:"title_key" json:"-"`
	Symbol    string       `bun:"symbol" json:"symbol,omitempty" doc:"of a document of the United Nations: A/RES/70/125"`
	SymbolKey string       `bun:"symbol_key" json:"-"`
	URL       string       `bun:"url" json:"url,omitempty"`
	Issuer    string       `bun:"issuer" json:"issuer,omitempty" doc:"who issued it"`
	Day       string       `bun:"day" json:"day,omitempty"`
	Process   core.ID      `bun:"process" json:"process,omitempty" doc:"the process that it belongs to"`
	Created   core.Instant `bun:"created" json:"-"`
	Version   int64        `bun:"version" json:"version"`

	Kept []Evidence `bun:"-" json:"kept,omitempty" doc:"kept copies"`
}

// Path is the permanent address of the outside document.
func (r Reference) Path() string { return "/references/" + string(r.ID) }

// Citation is a place of an outside document that cites a text of the forum (E146).
type Citation struct {
	bun.BaseModel `bun:"table:ledger_citations,alias:lt" json:"-"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Reference core.ID      `bun:"reference" json:"reference"`
	Document  core.ID      `bun:"document" json:"-"`
	Ref       string       `bun:"ref" json:"ref" doc:"what is cited: document, or document#paragraph"`
	Place     string       `bun:"place" json:"place,omitempty" doc:"where in the outside document"`
	Quote     string       `bun:"quote" json:"quote,omitempty"`
	At        core.Instant `bun:"at" json:"at"`
}

// Mention says that an outside document was cited in a session (E136).
type Mention struct {
	bun.BaseModel `bun:"table:ledger_mentions,alias:mn" json:"-"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Reference core.ID      `bun:"reference" json:"reference"`
	Session   core.ID      `bun:"session" json:"session"`
	Edition   core.ID      `bun:"edition" json:"edition"`
	Segment   core.ID      `bun:"segment" json:"segment,omitempty" doc:"the moment of the transcript"`
	Note      string       `bun:"note" json:"note,omitempty"`
	At        core.Instant `bun:"at" json:"at"`
}

// Derivation says that an output was made from an earlier one (E152).
type Derivation struct {
	bun.BaseModel `bun:"table:ledger_derivations,alias:dv" json:"-"`

	ID      core.ID      `bun:"id,pk" json:"id"`
	Later   string       `bun:"later" json:"later"`
	Earlier string       `bun:"earlier" json:"earlier"`
	Note    string       `bun:"note" json:"note,omitempty"`
	At      core.Instant `bun:"at" json:"at"`
}

// ReferenceInput is the form of an outside document.
type ReferenceInput struct {
	Version   int64     `form:"version" ui:"hidden" json:"version"`
	Title     core.Text `form:"title" ui:"text" max:"400" required:"1" json:"title"`
	Symbol    string    `form:"symbol" ui:"text" max:"300" json:"symbol"`
	URL       string    `form:"url" ui:"url" max:"500" json:"url"`
	Issuer    string    `form:"issuer" ui:"text" max:"200" json:"issuer"`
	Day       string    `form:"day" ui:"date" json:"day"`
	Process   string    `form:"process" ui:"select" json:"process"`
	CopyTitle string    `form:"copy_title" ui:"text" max:"200" json:"copy_title"`
	CopyText  string    `form:"copy_text" ui:"area" max:"100000" json:"copy_text"`
	File      string    `form:"file" ui:"file" json:"-"`

	Kept []Kept `form:"-" json:"-"`
}

// InputOfReference is the form of an outside document as it stands.
func InputOfReference(r Reference) ReferenceInput {
	return ReferenceInput{Version: r.Version, Title: r.Title, Symbol: r.Symbol, URL: r.URL, Issuer: r.Issuer, Day: r.Day, Process: string(r.Process)}
}

// SaveReference enters an outside document, or changes one. Editors and staff may. A
// kept copy is added; those that are there stay. Events: reference.entered,
// reference.changed. Errors: Invalid; Conflict for a symbol that is there; Stale.
func (s *Service) SaveReference(ctx context.Context, a core.Actor, id core.ID, in ReferenceInput) (Reference, error) {
	var r Reference
	if err := mayCurate(a, referencePolicy); err != nil {
		return r, err
	}
	in.Title = in.Title.Clean()
	p := core.Validate(in)
	checkDay(&p, "day", in.Day)
	if in.URL = strings.TrimSpace(in.URL); in.URL != "" && !core.WebAddress(in.URL) {
		p.Add("url", "ledger.error.url")
	}
	var sym Symbol
	if in.Symbol = strings.TrimSpace(in.Symbol); in.Symbol != "" {
		var ok bool
		if sym, ok = ParseSymbol(in.Symbol); !ok {
			p.Add("symbol", "ledger.error.symbol")
		}
	}
	if err := p.Err(); err != nil {
		return r, err
	}
	err := s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		if sym.Key != "" {
			n, err := tx.NewSelect().Model((*Reference)(nil)).Where("symbol_key = ? AND id <> ?", sym.Key, id).Count(ctx)
			if err != nil {
				return fmt.Errorf("look for symbol: %w", err)
			}
			if n > 0 {
				return core.Conflict("ledger.error.symbol_there", "Symbol", sym.Text)
			}
		}
		if err := knownProcess(ctx, tx, core.ID(in.Process)); err != nil {
			return err
		}
		var before ReferenceInput
		if id != "" {
			if err := tx.NewSelect().Model(&r).Where("id = ?", id).Scan(ctx); err != nil {
				return record.Found(err)
			}
			if before = InputOfReference(r); r.Version != in.Version {
				return core.Stale(before)
			}
		}
		r.Title, r.TitleKey, r.Symbol, r.SymbolKey = in.Title, keyOf(in.Title), sym.Text, sym.Key
		r.URL, r.Issuer, r.Day, r.Process = in.URL, strings.TrimSpace(in.Issuer), in.Day, core.ID(in.Process)
		r.Version++
		kind := "reference.changed"
		var err error
		if id == "" {
			kind, r.ID, r.Created = "reference.entered", tx.NewID(), tx.Now
		}
		stale := false
		if id == "" {
			_, err = tx.NewInsert().Model(&r).Exec(ctx)
		} else {
			stale, err = record.Once(tx.NewUpdate().Model(&r).WherePK().Where("version = ?", in.Version).Exec(ctx))
		}
		if err != nil || stale {
			return record.StaleOr(err, before)
		}
		tx.Append(kind, r.ID, core.ScopeForum, record.Public, record.Data{"label": r.Title, "symbol": r.Symbol, "changes": changes(before, InputOfReference(r))})
		return s.evidenceTx(ctx, tx, r.ID, "", nil, in.Kept)
	})
	return r, err
}

// Reference gives one outside document. Anybody may call.
func (s *Service) Reference(ctx context.Context, _ core.Actor, id core.ID) (Reference, error) {
	if !id.Valid() {
		return Reference{}, core.NotFound()
	}
	found, err := s.referencesByID(ctx, []core.ID{id})
	if err != nil {
		return Reference{}, err
	}
	r, ok := found[id]
	if !ok {
		return Reference{}, core.NotFound()
	}
	ev, err := evidenceOf(ctx, s.rec.DB.Read, []core.ID{id})
	r.Kept = ev[id]
	return r, err
}

func (s *Service) referencesByID(ctx context.Context, ids []core.ID) (map[core.ID]Reference, error) {
	out := map[core.ID]Reference{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []Reference
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where("lr.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load outside documents: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = r
	}
	return out, nil
}

// References lists the outside documents, the newest day first. Anybody may call.
func (s *Service) References(ctx context.Context, search string, process core.ID) ([]Reference, error) {
	var rows []Reference
	q := s.rec.DB.Read.NewSelect().Model(&rows)
	if process != "" {
		q = q.Where("lr.process = ?", process)
	}
	if sym, ok := ParseSymbol(search); ok {
		q = q.Where("lr.symbol_key = ?", sym.Key)
	} else if key := core.Fold(strings.TrimSpace(search)); key != "" {
		q = q.Where("lr.title_key LIKE ? ESCAPE '!'", db.Contains(key))
	}
	if err := q.OrderExpr("lr.day DESC, lr.id").Limit(1000).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list outside documents: %w", err)
	}
	return rows, nil
}

// CiteInput says what an outside document cites.
type CiteInput struct {
	Where string `form:"where" ui:"text" max:"500" required:"1" json:"where"`
	Place string `form:"place" ui:"text" max:"200" json:"place"`
	Quote string `form:"quote" ui:"area" max:"3000" json:"quote"`
}

// Cite notes that an outside document cites a text of the forum. Editors and staff may.
// Event: reference.cites.
func (s *Service) Cite(ctx context.Context, a core.Actor, id core.ID, in CiteInput) error {
	r, t, err := s.refTo(ctx, a, id, in, in.Where)
	if err != nil {
		return err
	}
	if t.Kind != ThingParagraph {
		return at("where", core.Invalid("ledger.error.no_text"))
	}
	doc, _ := documents.ReadParaRef(t.Ref)
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		c := Citation{ID: tx.NewID(), Reference: id, Document: doc, Ref: t.Ref, Place: strings.TrimSpace(in.Place), Quote: strings.TrimSpace(in.Quote), At: tx.Now}
		there, err := record.Once(tx.NewInsert().Model(&c).On("CONFLICT (reference, ref, place) DO NOTHING").Exec(ctx))
		if err != nil {
			return fmt.Errorf("note citation: %w", err)
		}
		if there {
			return core.Conflict("ledger.error.cited")
		}
		tx.Append("reference.cites", id, core.ScopeForum, record.Public, record.Data{"label": r.Title, "ref": t.Ref, "place": c.Place})
		return nil
	})
}

func (s *Service) refTo(ctx context.Context, a core.Actor, id core.ID, in any, where string) (Reference, Thing, error) {
	if err := mayCurate(a, referencePolicy); err != nil {
		return Reference{}, Thing{}, err
	}
	r, err := s.Reference(ctx, a, id)
	if err != nil {
		return r, Thing{}, err
	}
	if err := core.Validate(in).Err(); err != nil {
		return r, Thing{}, err
	}
	t, err := s.Find(ctx, a, where)
	return r, t, at("where", err)
}

// MentionInput says in which session an outside document was cited.
type MentionInput struct {
	Where string `form:"where" ui:"text" max:"500" required:"1" json:"where"`
	Note  string `form:"note" ui:"text" max:"500" json:"note"`
}

// Mention notes that an outside document was cited in a session, at a moment of it where
// the address says one. Editors and staff may. Event: reference.mentioned.
func (s *Service) Mention(ctx context.Context, a core.Actor, id core.ID, in MentionInput) error {
	r, t, err := s.refTo(ctx, a, id, in, in.Where)
	if err != nil {
		return err
	}
	if t.Kind != ThingSession {
		return at("where", core.Invalid("ledger.error.session"))
	}
	found, err := s.Programme.SessionsByID(ctx, a, []core.ID{core.ID(t.Ref)})
	if err != nil {
		return err
	}
	ses := found[core.ID(t.Ref)]
	if ses == nil {
		return core.NotFound()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		m := Mention{ID: tx.NewID(), Reference: id, Session: ses.ID, Edition: ses.Edition, Segment: core.ID(t.Segment), Note: strings.TrimSpace(in.Note), At: tx.Now}
		there, err := record.Once(tx.NewInsert().Model(&m).On("CONFLICT (reference, session, segment) DO NOTHING").Exec(ctx))
		if err != nil {
			return fmt.Errorf("note mention: %w", err)
		}
		if there {
			return core.Conflict("ledger.error.cited")
		}
		tx.Append("reference.mentioned", id, core.ScopeForum, record.Public, record.Data{"label": r.Title, "session": ses.ID})
		return nil
	})
}

// DeriveInput says from what an output was made.
type DeriveInput struct {
	Later   string `form:"later" ui:"text" max:"500" required:"1" json:"later"`
	Earlier string `form:"earlier" ui:"text" max:"500" required:"1" json:"earlier"`
	Note    string `form:"note" ui:"text" max:"500" json:"note"`
}

// Derive notes that an output was made from an earlier one. Editors and staff may.
// Event: output.derived.
func (s *Service) Derive(ctx context.Context, a core.Actor, in DeriveInput) error {
	if err := mayCurate(a, referencePolicy); err != nil {
		return err
	}
	if err := core.Validate(in).Err(); err != nil {
		return err
	}
	later, err := s.Find(ctx, a, in.Later)
	if err != nil {
		return at("later", err)
	}
	earlier, err := s.Find(ctx, a, in.Earlier)
	if err != nil {
		return at("earlier", err)
	}
	switch {
	case later.Kind != ThingParagraph:
		return at("later", core.Invalid("ledger.error.no_text"))
	case earlier.Kind != ThingParagraph || earlier.Ref == later.Ref:
		return at("earlier", core.Invalid("ledger.error.no_text"))
	}
	doc, _ := documents.ReadParaRef(later.Ref)
	docs, err := s.Documents.Load(ctx, doc)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		d := Derivation{ID: tx.NewID(), Later: later.Ref, Earlier: earlier.Ref, Note: strings.TrimSpace(in.Note), At: tx.Now}
		there, err := record.Once(tx.NewInsert().Model(&d).On("CONFLICT (later, earlier) DO NOTHING").Exec(ctx))
		if err != nil {
			return fmt.Errorf("note derivation: %w", err)
		}
		if there {
			return core.Conflict("ledger.error.cited")
		}
		tx.Append("output.derived", doc, core.ScopeForum, record.Public, record.Data{"label": docs[doc].Title, "later": later.Ref, "earlier": earlier.Ref})
		return nil
	})
}

// citations reads citations, the newest document first.
func (s *Service) citations(ctx context.Context, where string, args ...any) ([]Citation, map[core.ID]Reference, error) {
	var rows []Citation
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where(where, args...).OrderExpr("lt.at, lt.id").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load citations: %w", err)
	}
	ids := make([]core.ID, len(rows))
	for i, r := range rows {
		ids[i] = r.Reference
	}
	refs, err := s.referencesByID(ctx, ids)
	return rows, refs, err
}

// mentions reads in which sessions that the actor may see outside documents were cited.
func (s *Service) mentions(ctx context.Context, a core.Actor, where string, args ...any) ([]Mention, error) {
	v, err := s.sight(ctx, a)
	if err != nil {
		return nil, err
	}
	var rows []Mention
	if err := v.of(s.rec.DB.Read.NewSelect().Model(&rows), "mn").Where(where, args...).OrderExpr("mn.at, mn.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load mentions: %w", err)
	}
	return rows, nil
}

func (s *Service) derivations(ctx context.Context, where string, args ...any) ([]Derivation, error) {
	var rows []Derivation
	if err := s.rec.DB.Read.NewSelect().Model(&rows).Where(where, args...).OrderExpr("dv.at, dv.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("load derivations: %w", err)
	}
	return rows, nil
}
