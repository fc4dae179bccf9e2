package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/inspect"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/fetch"
)

// longestLook is how long a source and the usual addresses below it are asked.
const longestLook = 40 * time.Second

// lookAt fetches a source and stages what differs; f gets what is to be remembered of the
// file.
func (s *Service) lookAt(ctx context.Context, a core.Actor, set *editions.Setting, f *Follow) (Outcome, error) {
	if s.itself(set, f.URL) {
		return Outcome{Code: FoundItself}, nil
	}
	settled, err := s.settled(ctx, f.ID, f.File)
	if err != nil {
		return Outcome{}, err
	}
	var known fetch.Known
	if settled.Code != "" { // else the file is wanted although it is as it was
		known = fetch.Known{ETag: f.ETag, Modified: f.Modified}
	}
	file, read, err := s.find(ctx, set, f, known)
	if err != nil {
		return Outcome{}, err
	}
	if file.Same {
		return settled, nil
	}
	sum := sha256.Sum256(file.Data)
	f.ETag, f.Modified, f.File, f.Kind = file.ETag, file.Modified, hex.EncodeToString(sum[:]), read.Kind
	if settled, err = s.settled(ctx, f.ID, f.File); err != nil || settled.Code != "" {
		return settled, err
	}
	src := Source{Name: fileName(f.Name, f.Address, read), Data: file.Data, Lang: f.Lang, Origin: f.ID}
	p, err := s.Read(ctx, a, set, src)
	if err != nil {
		return Outcome{}, err
	}
	if p.idle() {
		return Outcome{Code: FoundSame}, nil
	}
	old, err := s.waiting(ctx, f.ID)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.keepPlan(ctx, a, set, src, p); err != nil {
		return Outcome{}, err
	}
	for _, im := range old {
		if im.Version > 1 {
			continue // somebody applies it just now
		}
		if err := s.Discard(ctx, a, set, im.ID, im.Version); err != nil && core.KindOf(err) != core.KindStale && core.KindOf(err) != core.KindNotFound {
			return Outcome{}, err
		}
	}
	return differs(p), nil
}

// differs counts what a list would change.
func differs(p *Plan) Outcome {
	out := Outcome{Code: FoundDiffers, Import: p.ID, Gone: p.Found.Gone}
	for _, st := range p.Of(KindSession) {
		switch {
		case st.Choice == ChoiceNew:
			out.New++
		case st.Choice == ChoiceLink && len(st.Changes) > 0:
			out.Changed++
		}
	}
	return out
}

// idle tells whether a list holds nothing that anybody could want to decide.
func (p *Plan) idle() bool {
	return !slices.ContainsFunc(p.Items, func(st Staged) bool {
		return st.adds() || st.Choice == ChoiceLink && len(st.Changes) > 0 && st.Kind != KindEdition
	}) && !slices.ContainsFunc(p.Notes, func(n Note) bool { return n.Code == codeWrongDays })
}

// settled tells what was decided of a file of a source: it is what was taken in last, or its
// list waits for a decision. Code is empty where neither is so.
func (s *Service) settled(ctx context.Context, origin core.ID, file string) (Outcome, error) {
	if file == "" {
		return Outcome{}, nil
	}
	var list []Import
	if err := s.rec.DB.Read.NewSelect().Model(&list).Column("id", "state", "file", "at").Where("origin = ? AND state IN (?, ?)", origin, StateApplied, StateStaged).
		OrderExpr("at DESC, id DESC").Scan(ctx, &list); err != nil {
		return Outcome{}, fmt.Errorf("load imports of source: %w", err)
	}
	for _, im := range list {
		if im.State == StateStaged && im.File == file {
			return Outcome{Code: FoundWaits, Import: im.ID}, nil
		}
	}
	i := slices.IndexFunc(list, func(im Import) bool { return im.State == StateApplied })
	if i >= 0 && list[i].File == file {
		return Outcome{Code: FoundUnchanged, Import: list[i].ID}, nil
	}
	return Outcome{}, nil
}

// waiting are the lists of a source that wait for a decision and that nobody has corrected.
func (s *Service) waiting(ctx context.Context, origin core.ID) ([]Import, error) {
	var list []Import
	err := s.rec.DB.Read.NewSelect().Model(&list).Column("id", "version").Where("origin = ? AND state = ?", origin, StateStaged).
		Where("NOT EXISTS (SELECT 1 FROM import_staged st WHERE st.import = im.id AND st.version > 1)").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("load lists of source: %w", err)
	}
	return list, nil
}

// find gets the file of a source: where it was found the last time, at its address, or at
// the usual ones below the page that stands there.
func (s *Service) find(ctx context.Context, set *editions.Setting, f *Follow, known fetch.Known) (*fetch.File, *inspect.Reading, error) {
	ctx, stop := context.WithTimeout(ctx, longestLook)
	defer stop()
	if f.Address != "" && f.Address != f.URL {
		file, read, err := s.try(ctx, set, f, f.Address, known)
		if err == nil && (file.Same || read != nil) {
			return file, read, nil
		}
		known = fetch.Known{}
	}
	file, read, err := s.try(ctx, set, f, f.URL, known)
	if err != nil {
		return nil, nil, err
	}
	if file.Same || read != nil {
		f.Address = f.URL
		return file, read, nil
	}
	for _, address := range exports(file.From) {
		file, read, err := s.try(ctx, set, f, address, fetch.Known{})
		if err != nil || read == nil {
			continue // the usual address of another program
		}
		f.Address = address
		return file, read, nil
	}
	return nil, nil, core.Invalid("archive.source.error.no_schedule", "Name", f.Name)
}

// try gets what is at an address; read is nil where it is a page for people or a text.
func (s *Service) try(ctx context.Context, set *editions.Setting, f *Follow, address string, known fetch.Known) (*fetch.File, *inspect.Reading, error) {
	file, err := s.look.fetch.Get(ctx, address, known)
	if err != nil {
		return nil, nil, unreached(f.Name, err)
	}
	if file.Same || isPage(file.Type, file.Data) {
		return file, nil, nil
	}
	if strings.TrimSpace(string(file.Data[:min(len(file.Data), 4096)])) == "" {
		return file, nil, nil
	}
	read, err := inspect.Read(fileName("", address, nil), file.Data, inspect.Options{Zone: set.Zone})
	if err != nil {
		return nil, nil, unreadable(f.Name, err)
	}
	if !isSchedule(read) {
		return file, nil, nil
	}
	return file, read, nil
}

// unreached tells why nothing came from a source.
func unreached(name string, err error) error {
	e, ok := errors.AsType[*fetch.Error](err)
	if !ok {
		return err
	}
	out := &core.Error{Kind: core.KindInvalid, Key: "archive.source.error." + e.Reason, Args: []any{"Name", name}, Err: err}
	switch e.Reason {
	case fetch.BadStatus:
		out.Args = append(out.Args, "Status", fmt.Sprint(e.Status))
	case fetch.TooLarge:
		out.Kind, out.Args = core.KindTooLarge, append(out.Args, "Limit", fetch.Largest>>20)
	}
	return out
}
