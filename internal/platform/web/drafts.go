package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

const longestDraft = 400 << 10 // bytes of what is typed and not saved

// Drafts keep what people type into a form of one kind and have not saved, as their browsers
// send it: over a lost connection, the end of a session, a closed tab. A draft is hers alone
// who types it, and no event tells of it. Whether somebody may write there is for the room
// to ask.
type Drafts struct {
	Record *record.Record
	Kind   string // of the things: "proposal"
}

// Draft is what somebody has typed and not saved.
type Draft struct {
	bun.BaseModel `bun:"table:form_drafts,alias:fd"`

	Thing   string       `bun:"thing,pk"`
	Account core.ID      `bun:"account,pk"`
	Typed   string       `bun:"typed"` // as a form is sent
	Base    int64        `bun:"base"`  // version of the thing under what was typed
	At      core.Instant `bun:"at"`
}

func (d Drafts) thing(id core.ID) string { return d.Kind + "/" + string(id) }

// Keep keeps what the actor has typed over a version of a thing, in the place of what was
// kept before. Errors: TooLarge.
func (d Drafts) Keep(ctx context.Context, a core.Actor, id core.ID, typed string, base int64) (at core.Instant, err error) {
	if len(typed) > longestDraft {
		return at, &core.Error{Kind: core.KindTooLarge, Key: "error.too_large", Args: []any{"Limit", "400 KB"}}
	}
	err = d.Record.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		at = tx.Now
		row := Draft{Thing: d.thing(id), Account: a.Account, Typed: typed, Base: base, At: at}
		if _, err := tx.NewInsert().Model(&row).On("CONFLICT (thing, account) DO UPDATE").Set("typed = EXCLUDED.typed, base = EXCLUDED.base, at = EXCLUDED.at").Exec(ctx); err != nil {
			return fmt.Errorf("keep what was typed: %w", err)
		}
		return nil
	})
	return at, err
}

// Kept is what the actor has typed and not saved; nil if nothing.
func (d Drafts) Kept(ctx context.Context, a core.Actor, id core.ID) (*Draft, error) {
	var list []Draft
	if err := d.Record.DB.Read.NewSelect().Model(&list).Where("fd.thing = ? AND fd.account = ?", d.thing(id), a.Account).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load what was typed: %w", err)
	}
	if len(list) == 0 {
		return nil, nil
	}
	return &list[0], nil
}

// Forget throws away what the actor has typed and not saved.
func (d Drafts) Forget(ctx context.Context, a core.Actor, id core.ID) error {
	return d.Record.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return d.ForgetTx(ctx, tx, id, a.Account) })
}

// ForgetTx throws away what an account has typed; of an empty one what all have.
func (d Drafts) ForgetTx(ctx context.Context, tx *record.Tx, id, account core.ID) error {
	q := tx.NewDelete().Model((*Draft)(nil)).Where("thing = ?", d.thing(id))
	if account != "" {
		q = q.Where("account = ?", account)
	}
	if _, err := q.Exec(ctx); err != nil {
		return fmt.Errorf("forget what was typed: %w", err)
	}
	return nil
}

// Unkept offers what was typed and not saved: the template of that name shows it.
type Unkept struct{ When, Use, Forget string }

// Offer offers a draft on the page of its form, whose address is here; with ?kept=1 it
// gives what was typed instead, for the form to show, with the version over which it was
// typed: somebody may have saved since.
func (c *C) Offer(d *Draft, here, forget string) (typed url.Values, offer *Unkept) {
	if d == nil || c.R.Method != http.MethodGet {
		return nil, nil
	}
	if c.Query("kept") != "" {
		if typed, err := url.ParseQuery(d.Typed); err == nil {
			return typed, nil
		}
	}
	return nil, &Unkept{When: c.StampHere(d.At), Use: c.URL(here + "?kept=1"), Forget: c.URL(forget)}
}

// Drafted answers the script of a form that is kept as one types: with the words for the
// saved line, or what is wrong.
func (c *C) Drafted(words string, err error) error {
	out := struct {
		Message string `json:"message"`
		Kind    string `json:"kind,omitempty"`
	}{Message: words}
	code := http.StatusOK
	if err != nil && c.st.call != nil {
		return err
	}
	if err != nil {
		e := Classify(err)
		code, out.Message, out.Kind = StatusCode(e.Kind), c.S.Catalog.Error(c.Lang, e), string(e.Kind)
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	c.W.Header().Set("Content-Type", "application/json")
	c.W.Header().Set("Cache-Control", "no-store")
	c.W.WriteHeader(code)
	_, err = c.W.Write(body)
	return err
}
