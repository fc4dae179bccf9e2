package participation

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/blob"
	"plenary/internal/platform/record"
)

// Papers that are asked for: a press card, and a letter of assignment on paper of the outlet.
const (
	PaperCard       = "press-card"
	PaperAssignment = "assignment"
	PaperOther      = "other"
)

// PaperKinds are all of them.
var PaperKinds = []string{PaperCard, PaperAssignment, PaperOther}

// MediaKinds are the kinds of media for which somebody reports.
var MediaKinds = []string{"print", "online", "radio", "television", "agency", "photo", "freelance"}

// A registration has so many papers of this size at most.
const (
	mostPapers = 6
	paperBytes = 4 << 20
)

// paperTypes are what papers are: pictures and PDF, found by looking into the file.
var paperTypes = []string{"application/pdf", "image/png", "image/jpeg", "image/webp"}

// Paper is a file that somebody handed in for an accreditation; whose it is and the staff
// read it, nobody else.
type Paper struct {
	bun.BaseModel `bun:"table:registration_files,alias:rf"`

	ID           core.ID      `bun:"id,pk" json:"id"`
	Registration core.ID      `bun:"registration" json:"-"`
	Kind         string       `bun:"kind" json:"kind"`
	File         string       `bun:"file" json:"-"`
	Name         string       `bun:"name" json:"name"`
	Size         int64        `bun:"size" json:"size"`
	At           core.Instant `bun:"at" json:"at"`
}

// Media is for whom somebody reports.
type Media struct {
	bun.BaseModel `bun:"table:registration_media,alias:rm"`

	Registration core.ID      `bun:"registration,pk" json:"-"`
	Outlet       string       `bun:"outlet" json:"outlet"`
	Kind         string       `bun:"kind" json:"kind"`
	Links        string       `bun:"links" json:"links"`
	At           core.Instant `bun:"at" json:"-"`
	Version      int64        `bun:"version" json:"version"`
}

// MediaInput is the form of an accreditation.
type MediaInput struct {
	Version int64  `form:"version" ui:"hidden"`
	Outlet  string `form:"outlet" max:"160" required:"true"`
	Kind    string `form:"kind" ui:"select" required:"true"`
	Links   string `form:"links" ui:"area" max:"1000"`
}

// PapersOf are the papers of a registration, the oldest first, and for whom she reports: for
// whose it is and the staff. A focal point finds nothing.
func (s *Service) PapersOf(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID) (*Registration, Media, []Paper, error) {
	r, err := s.Get(ctx, a, set, id)
	if err != nil {
		return nil, Media{}, nil, err
	}
	if !paperPolicy.Can("see", "", rolesAtLetter(a, r)...) {
		return nil, Media{}, nil, core.NotFound()
	}
	m := Media{Registration: id}
	if err := record.Found(s.rec.DB.Read.NewSelect().Model(&m).Where("rm.registration = ?", id).Scan(ctx)); err != nil && core.KindOf(err) != core.KindNotFound {
		return nil, m, nil, fmt.Errorf("read accreditation: %w", err)
	}
	var list []Paper
	if err := s.rec.DB.Read.NewSelect().Model(&list).Where("rf.registration = ?", id).OrderExpr("rf.at, rf.id").Scan(ctx); err != nil {
		return nil, m, nil, fmt.Errorf("list papers: %w", err)
	}
	return r, m, list, nil
}

// SetMedia says for whom somebody reports. Event: registration.media_set.
func (s *Service) SetMedia(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, in MediaInput) error {
	in.Outlet, in.Links = oneLine(in.Outlet), strings.TrimSpace(in.Links)
	p := core.Validate(in)
	if in.Kind != "" && !slices.Contains(MediaKinds, in.Kind) {
		p.Add("kind", "participation.error.choice")
	}
	for _, l := range core.Lines(in.Links) {
		if !core.WebAddress(l) {
			p.Add("links", "participation.letter.error.link", "Value", l)
			break
		}
	}
	if p.Err() != nil {
		return p.Err()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.paperTx(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		was := Media{}
		if err := record.Found(tx.NewSelect().Model(&was).Where("rm.registration = ?", id).Scan(ctx)); err != nil && core.KindOf(err) != core.KindNotFound {
			return err
		}
		if was.Version != in.Version {
			return core.Stale(MediaInput{Version: was.Version, Outlet: was.Outlet, Kind: was.Kind, Links: was.Links})
		}
		m := Media{Registration: id, Outlet: in.Outlet, Kind: in.Kind, Links: in.Links, At: tx.Now, Version: was.Version + 1}
		if _, err := tx.NewInsert().Model(&m).On("CONFLICT (registration) DO UPDATE").
			Set("outlet = EXCLUDED.outlet, kind = EXCLUDED.kind, links = EXCLUDED.links, at = EXCLUDED.at, version = EXCLUDED.version").Exec(ctx); err != nil {
			return fmt.Errorf("set accreditation: %w", err)
		}
		tx.Append("registration.media_set", id, Scope(set.ID), record.Internal, record.Data{"label": label(r), "number": r.Number})
		return nil
	})
}

// paperTx loads a registration whose papers the actor may change.
func (s *Service) paperTx(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting, id core.ID) (*Registration, error) {
	r, err := s.get(ctx, tx, a, set, "rg.id = ?", id)
	if err != nil {
		return nil, err
	}
	if !paperPolicy.Can("hand_in", "", rolesAtLetter(a, r)...) {
		return nil, core.NotFound()
	}
	if !r.Live() && r.State != StateDeclined || !r.Erased.IsZero() {
		return nil, core.Conflict("participation.refused." + r.State)
	}
	return r, nil
}

// AddPaper hands in a paper: a picture or a PDF of 4 MB at most, whatever it is called.
// Event: registration.paper_added.
func (s *Service) AddPaper(ctx context.Context, a core.Actor, set *editions.Setting, id core.ID, kind string, file io.Reader, name, contentType string) error {
	r, err := s.Get(ctx, a, set, id)
	if err != nil {
		return err
	}
	if !paperPolicy.Can("hand_in", "", rolesAtLetter(a, r)...) {
		return core.NotFound()
	}
	var p core.Problems
	if !slices.Contains(PaperKinds, kind) {
		p.Add("kind", "participation.error.choice")
		return p.Err()
	}
	limited := &io.LimitedReader{R: file, N: paperBytes + 1}
	b, err := s.Files.Put(ctx, limited, name, contentType)
	if err != nil {
		if e := core.KindOf(err); e == core.KindInvalid || e == core.KindTooLarge {
			p.Add("file", "participation.letter.error.file")
			return p.Err()
		}
		return err
	}
	media, _, _ := strings.Cut(b.Type, ";")
	switch {
	case b.Size > paperBytes:
		p.Add("file", "participation.letter.error.large")
	case !slices.Contains(paperTypes, media):
		p.Add("file", "participation.letter.error.file")
	}
	if p.Err() != nil {
		return p.Err()
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.addPaperTx(ctx, tx, a, set, id, kind, b) })
}

func (s *Service) addPaperTx(ctx context.Context, tx *record.Tx, a core.Actor, set *editions.Setting, id core.ID, kind string, b blob.Blob) error {
	r, err := s.paperTx(ctx, tx, a, set, id)
	if err != nil {
		return err
	}
	var list []Paper
	if err := tx.NewSelect().Model(&list).Where("rf.registration = ?", id).Scan(ctx); err != nil {
		return fmt.Errorf("list papers: %w", err)
	}
	switch {
	case slices.ContainsFunc(list, func(x Paper) bool { return x.File == b.ID && x.Kind == kind }):
		return nil
	case len(list) >= mostPapers:
		var p core.Problems
		p.Add("file", "participation.letter.error.papers", "Count", mostPapers)
		return p.Err()
	}
	if err := s.Files.RegisterTx(ctx, tx, b); err != nil {
		return err
	}
	row := Paper{ID: tx.NewID(), Registration: id, Kind: kind, File: b.ID, Name: b.Name, Size: b.Size, At: tx.Now}
	if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
		return fmt.Errorf("hand in paper: %w", err)
	}
	tx.Append("registration.paper_added", id, Scope(set.ID), record.Internal, record.Data{"label": label(r), "number": r.Number})
	return nil
}

// DropPaper takes a paper back. Event: registration.paper_dropped.
func (s *Service) DropPaper(ctx context.Context, a core.Actor, set *editions.Setting, id, paper core.ID) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		r, err := s.paperTx(ctx, tx, a, set, id)
		if err != nil {
			return err
		}
		none, err := record.Once(tx.NewDelete().Model((*Paper)(nil)).Where("id = ? AND registration = ?", paper, id).Exec(ctx))
		if err != nil || none {
			return err
		}
		tx.Append("registration.paper_dropped", id, Scope(set.ID), record.Internal, record.Data{"label": label(r), "number": r.Number})
		return nil
	})
}
