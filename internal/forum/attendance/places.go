package attendance

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/participation"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/mail"
	"plenary/internal/platform/record"
)

// PlaceInput is the form of a session's place.
type PlaceInput struct {
	Version int64     `form:"version" ui:"hidden" json:"version" doc:"as read; 0 where the session has no place yet"`
	URL     string    `form:"url" ui:"url" max:"1000" json:"url" doc:"https address of the meeting; empty takes it away"`
	DialIn  string    `form:"dial_in" ui:"area" max:"1000" json:"dial_in,omitempty"`
	Note    core.Text `form:"note" ui:"area" max:"1000" json:"note,omitempty"`
	Early   int       `form:"early" ui:"number" required:"true" json:"early" doc:"minutes before the start at which the door opens"`
	Access  string    `form:"access" ui:"radio" required:"true" json:"access" enum:"all,invited"`
	Invited string    `form:"invited" ui:"area" max:"50000" json:"invited,omitempty" doc:"a line each: the number of a registration, or an e-mail address"`
}

const mostInvited = 1000

// secureAddress tells whether an address is one to which people may be sent.
func secureAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && core.WebAddress(s)
}

// validate checks the form; the rows of who is invited lack their registrations.
func (in *PlaceInput) validate(session core.ID) ([]invited, error) {
	in.URL, in.DialIn, in.Note = strings.TrimSpace(in.URL), strings.TrimSpace(in.DialIn), in.Note.Clean()
	p := core.Validate(*in)
	if in.URL != "" && !secureAddress(in.URL) {
		p.Add("url", "attendance.error.url")
	}
	if in.Early < 0 || in.Early > mostEarly {
		p.Add("early", "attendance.error.early", "Most", mostEarly)
	}
	if in.Access != ForAll && in.Access != ForInvited {
		p.Add("access", "attendance.error.access")
	}
	rows := readInvited(&p, session, in.Invited)
	return rows, p.Err()
}

// readInvited reads the lines of who is invited: numbers and addresses.
func readInvited(p *core.Problems, session core.ID, text string) []invited {
	var out []invited
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		row := invited{Session: session, Label: line}
		if strings.Contains(line, "@") {
			_, key, err := mail.Address(line)
			if err != nil {
				p.Add("invited", "attendance.error.invited", "Line", i+1, "Text", line)
				continue
			}
			row.EmailKey = key
		} else if n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(line), "no."), "#"))); err != nil || n < 1 {
			p.Add("invited", "attendance.error.invited", "Line", i+1, "Text", line)
			continue
		} else {
			row.Label = strconv.Itoa(n)
		}
		if !slices.ContainsFunc(out, func(o invited) bool { return o.Label == row.Label || row.EmailKey != "" && o.EmailKey == row.EmailKey }) {
			out = append(out, row)
		}
	}
	if len(out) > mostInvited {
		p.Add("invited", "attendance.error.many_invited", "Most", mostInvited)
	}
	return out
}

// named fills in the registrations whose numbers were given.
func (s *Service) named(ctx context.Context, set *editions.Setting, rows []invited) error {
	var numbers []int
	for _, r := range rows {
		if r.EmailKey == "" {
			n, _ := strconv.Atoi(r.Label) // it was read as one
			numbers = append(numbers, n)
		}
	}
	byNumber := map[string]core.ID{}
	for part := range slices.Chunk(numbers, 500) {
		var found []struct {
			ID     core.ID `bun:"id"`
			Number int     `bun:"number"`
		}
		err := s.rec.DB.Read.NewSelect().TableExpr("registrations").Column("id", "number").
			Where("edition = ? AND number IN (?)", set.ID, bun.List(part)).Scan(ctx, &found)
		if err != nil {
			return fmt.Errorf("find registrations: %w", err)
		}
		for _, f := range found {
			byNumber[strconv.Itoa(f.Number)] = f.ID
		}
	}
	p := core.Problems{}
	for i := range rows {
		if rows[i].EmailKey != "" {
			continue
		}
		if rows[i].Registration = byNumber[rows[i].Label]; rows[i].Registration == "" {
			p.Add("invited", "attendance.error.no_number", "Number", rows[i].Label)
		}
	}
	return p.Err()
}

// PlaceOf is the place of a session with who is invited, as its form has it; only the staff
// may know.
func (s *Service) PlaceOf(ctx context.Context, a core.Actor, set *editions.Setting, session core.ID) (PlaceInput, error) {
	if err := check(placePolicy, a, set, "see"); err != nil {
		return PlaceInput{}, err
	}
	pl, err := placeOf(ctx, s.rec.DB.Read, set.ID, session)
	if err != nil {
		return PlaceInput{}, err
	}
	list, err := invitedOf(ctx, s.rec.DB.Read, session)
	in := PlaceInput{Version: pl.Version, URL: pl.URL, DialIn: pl.DialIn, Note: pl.Note, Early: pl.Early, Access: pl.Access}
	lines := make([]string, len(list))
	for i, r := range list {
		lines[i] = r.Label
	}
	in.Invited = strings.Join(lines, "\n")
	return in, err
}

// SetPlace sets where a session is joined and who may join; only the staff may. It appends
// session.place_set with the address in its personal part: nobody reads it in a history.
// Stale where somebody else was faster.
func (s *Service) SetPlace(ctx context.Context, a core.Actor, set *editions.Setting, ref string, in PlaceInput) error {
	if err := check(placePolicy, a, set, "set"); err != nil {
		return err
	}
	x, err := s.Participation.Programme.Session(ctx, a, set, ref)
	if err != nil {
		return err
	}
	if x.InvitedOnly {
		in.Access = ForInvited // the programme's word goes first
	}
	rows, err := in.validate(x.ID)
	if err != nil {
		return err
	}
	if err := s.named(ctx, set, rows); err != nil {
		return err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		was, err := placeOf(ctx, tx, set.ID, x.ID)
		if err != nil {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(nil)
		}
		pl := Place{Session: x.ID, Edition: set.ID, URL: in.URL, DialIn: in.DialIn, Note: in.Note, Early: in.Early, Access: in.Access}
		if err := s.setTx(ctx, tx, x.Ref, was, pl); err != nil {
			return err
		}
		if _, err := tx.NewDelete().Model((*invited)(nil)).Where("session = ?", x.ID).Exec(ctx); err != nil {
			return fmt.Errorf("set who is invited: %w", err)
		}
		if len(rows) == 0 {
			return nil
		}
		if _, err := tx.NewInsert().Model(&rows).Exec(ctx); err != nil {
			return fmt.Errorf("set who is invited: %w", err)
		}
		return nil
	})
	if core.KindOf(err) == core.KindStale {
		now, err := s.PlaceOf(ctx, a, set, x.ID)
		if err != nil {
			return err
		}
		return core.Stale(now)
	}
	return err
}

// setTx writes a place over what stood.
func (s *Service) setTx(ctx context.Context, tx *record.Tx, ref string, was, pl Place) error {
	pl.Version, pl.Changed = was.Version+1, tx.Now
	_, err := tx.NewInsert().Model(&pl).On("CONFLICT (session) DO UPDATE").
		Set("url = EXCLUDED.url").Set("dial_in = EXCLUDED.dial_in").Set("note = EXCLUDED.note").Set("early = EXCLUDED.early").
		Set("access = EXCLUDED.access").Set("changed = EXCLUDED.changed").Set("version = EXCLUDED.version").Exec(ctx)
	if err != nil {
		return fmt.Errorf("set place: %w", err)
	}
	tx.AppendPersonal("session.place_set", pl.Session, participation.Scope(pl.Edition), record.Internal,
		record.Data{"label": programme.RefLabel(ref), "place": pl.URL != "", "access": pl.Access}, record.Data{"url": pl.URL, "before": was.URL})
	return nil
}

// PlacedSession is a session with its place, for the staff.
type PlacedSession struct {
	Session programme.Brief `json:"session"`
	Place   Place           `json:"place"`
	Invited int             `json:"invited" doc:"lines of who is invited"`
}

// Places are the sessions of an edition with their places, in the order of the programme; only
// the staff may know. Drafts are among them, so that their places can be set before. Four
// queries at most.
func (s *Service) Places(ctx context.Context, a core.Actor, set *editions.Setting) ([]PlacedSession, error) {
	if err := check(placePolicy, a, set, "see"); err != nil {
		return nil, err
	}
	list, err := s.Participation.Programme.Briefs(ctx, a, set, programme.Filter{})
	if err != nil {
		return nil, err
	}
	var places []Place
	if err := s.rec.DB.Read.NewSelect().Model(&places).Where("pl.edition = ?", set.ID).Scan(ctx); err != nil {
		return nil, fmt.Errorf("load places: %w", err)
	}
	var counts []struct {
		Session core.ID `bun:"session"`
		N       int     `bun:"n"`
	}
	err = s.rec.DB.Read.NewSelect().TableExpr("session_invited AS iv").ColumnExpr("iv.session, COUNT(*) AS n").
		Join("JOIN session_places AS pl ON pl.session = iv.session").Where("pl.edition = ?", set.ID).GroupExpr("iv.session").Scan(ctx, &counts)
	if err != nil {
		return nil, fmt.Errorf("count invitations: %w", err)
	}
	byID, invited := map[core.ID]Place{}, map[core.ID]int{}
	for _, p := range places {
		byID[p.Session] = p
	}
	for _, c := range counts {
		invited[c.Session] = c.N
	}
	out := make([]PlacedSession, 0, len(list))
	for _, b := range list {
		if b.State == programme.StateCancelled {
			continue
		}
		p, ok := byID[b.ID]
		if !ok {
			p = Place{Session: b.ID, Edition: set.ID, Early: usualEarly, Access: ForAll}
		}
		out = append(out, PlacedSession{Session: b, Place: p, Invited: invited[b.ID]})
	}
	return out, nil
}
