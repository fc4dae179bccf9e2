package messages

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

func (s *Service) decisions(ctx context.Context, idb bun.IDB, edition core.ID) (map[string]Decision, []Named, error) {
	var rows []Decision
	if err := idb.NewSelect().Model(&rows).Where("mm.edition = ?", edition).Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load decisions of the workshop: %w", err)
	}
	out := map[string]Decision{}
	for _, d := range rows {
		out[d.Ref] = d
	}
	var named []Named
	if err := idb.NewSelect().Model(&named).Where("mc.edition = ?", edition).OrderExpr("mc.id").Scan(ctx); err != nil {
		return nil, nil, fmt.Errorf("load clusters of the workshop: %w", err)
	}
	return out, named, nil
}

// inWorkshop looks up chosen raw material and runs fn on it inside a write. Editors may,
// while the Messages are not final.
func (s *Service) inWorkshop(ctx context.Context, a core.Actor, set *editions.Setting, keys []string, fn func(ctx context.Context, tx *record.Tx, list []*Material) error) error {
	w, err := s.Workshop(ctx, a, set)
	if err != nil {
		return err
	}
	list, err := w.chosenOf(keys)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return fn(ctx, tx, list) })
}

// decide changes what is decided of raw material.
func decide(ctx context.Context, tx *record.Tx, set *editions.Setting, list []*Material, change func(d *Decision)) error {
	refs := make([]string, len(list))
	for i, m := range list {
		refs[i] = m.Key
	}
	var stand []Decision // as of now: somebody else may have decided since the page was read
	if err := tx.NewSelect().Model(&stand).Where("mm.edition = ? AND mm.ref IN (?)", set.ID, bun.List(refs)).Scan(ctx); err != nil {
		return fmt.Errorf("load decisions of the workshop: %w", err)
	}
	var rows []Decision
	for _, ref := range refs {
		d := Decision{Edition: set.ID, Ref: ref}
		if i := slices.IndexFunc(stand, func(o Decision) bool { return o.Ref == ref }); i >= 0 {
			d = stand[i]
		}
		change(&d)
		d.Account, d.Person, d.Decided = tx.Actor.Account, tx.Actor.Person, tx.Now
		rows = append(rows, d)
	}
	_, err := tx.NewInsert().Model(&rows).On("CONFLICT (edition, ref) DO UPDATE").
		Set("cluster = EXCLUDED.cluster, aside = EXCLUDED.aside, reason = EXCLUDED.reason").
		Set("account = EXCLUDED.account, person = EXCLUDED.person, decided = EXCLUDED.decided").Exec(ctx)
	if err != nil {
		return fmt.Errorf("note decision of the workshop: %w", err)
	}
	return nil
}

// SetAside notes that no Message is made of raw material, and why. Editors may. Event:
// messages.set_aside.
func (s *Service) SetAside(ctx context.Context, a core.Actor, set *editions.Setting, keys []string, reason string) error {
	reason = strings.TrimSpace(reason)
	return s.inWorkshop(ctx, a, set, keys, func(ctx context.Context, tx *record.Tx, list []*Material) error {
		if reason == "" || len([]rune(reason)) > maxReason {
			return core.Invalid("messages.error.aside_reason", "Count", maxReason)
		}
		if err := decide(ctx, tx, set, list, func(d *Decision) { d.Aside, d.Reason = true, reason }); err != nil {
			return err
		}
		tx.Append("messages.set_aside", set.ID, set.Scope(), record.Internal, record.Data{"label": NameOf(set.Edition), "count": len(list), "reason": reason})
		return nil
	})
}

// TakeBack takes back that raw material was set aside. Editors may. Event:
// messages.taken_back.
func (s *Service) TakeBack(ctx context.Context, a core.Actor, set *editions.Setting, keys []string) error {
	return s.inWorkshop(ctx, a, set, keys, func(ctx context.Context, tx *record.Tx, list []*Material) error {
		if err := decide(ctx, tx, set, list, func(d *Decision) { d.Aside, d.Reason = false, "" }); err != nil {
			return err
		}
		tx.Append("messages.taken_back", set.ID, set.Scope(), record.Internal, record.Data{"label": NameOf(set.Edition), "count": len(list)})
		return nil
	})
}

// Where MoveMaterial may put raw material, beside the id of a cluster.
const (
	ToWords = "words" // where its words put it
	ToNew   = "new"   // into a cluster of its own
)

// MoveMaterial puts raw material into a cluster that editors have made, into a new one,
// or back to where its words put it. Editors may. NotFound where there is no such
// cluster. Event: messages.material_moved.
func (s *Service) MoveMaterial(ctx context.Context, a core.Actor, set *editions.Setting, keys []string, to string) error {
	return s.inWorkshop(ctx, a, set, keys, func(ctx context.Context, tx *record.Tx, list []*Material) error {
		id := core.ID("")
		switch to {
		case ToWords:
		case ToNew:
			n := Named{ID: tx.NewID(), Edition: set.ID, Created: tx.Now, Version: 1}
			if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
				return fmt.Errorf("make cluster: %w", err)
			}
			id = n.ID
		default:
			_, named, err := s.decisions(ctx, tx, set.ID)
			if err != nil {
				return err
			}
			if id = core.ID(to); !slices.ContainsFunc(named, func(n Named) bool { return n.ID == id }) {
				return core.Invalid("messages.error.cluster_gone")
			}
		}
		if err := decide(ctx, tx, set, list, func(d *Decision) { d.Cluster = id }); err != nil {
			return err
		}
		if err := dropEmpty(ctx, tx, set.ID); err != nil {
			return err
		}
		tx.Append("messages.material_moved", set.ID, set.Scope(), record.Internal, record.Data{"label": NameOf(set.Edition), "count": len(list)})
		return nil
	})
}

// dropEmpty takes away clusters without a name into which nothing is put any more.
func dropEmpty(ctx context.Context, tx *record.Tx, edition core.ID) error {
	_, err := tx.NewDelete().Model((*Named)(nil)).Where("edition = ?", edition).Where("name = ?", core.Text{}).
		Where("id NOT IN (SELECT cluster FROM message_materials WHERE edition = ?)", edition).Exec(ctx)
	if err != nil {
		return fmt.Errorf("drop empty cluster: %w", err)
	}
	return nil
}

// NameInput names a cluster. ID is that of one that editors made before; without it the
// cluster is that of the keys, as the editor saw it, and they stay in it from now on.
// An empty name lets a cluster go: what was in it goes where its words put it.
type NameInput struct {
	ID      core.ID
	Version int64
	Name    core.Text
	Keys    []string
}

// NameCluster names a cluster, so that it stays as it is and what is like it joins.
// Editors may. Stale where somebody has renamed it meanwhile. Event:
// messages.cluster_named.
func (s *Service) NameCluster(ctx context.Context, a core.Actor, set *editions.Setting, in NameInput) error {
	in.Name = in.Name.Clean()
	for _, name := range in.Name.By {
		if len([]rune(name)) > maxName {
			return core.Invalid("messages.error.cluster_name", "Count", maxName)
		}
	}
	if in.ID == "" && in.Name.IsZero() {
		return core.Invalid("messages.error.cluster_name", "Count", maxName)
	}
	if in.ID != "" && len(in.Keys) == 0 { // one without members
		return s.renameEmpty(ctx, a, set, in)
	}
	return s.inWorkshop(ctx, a, set, in.Keys, func(ctx context.Context, tx *record.Tx, list []*Material) error {
		if in.ID != "" {
			return s.renameTx(ctx, tx, set, in)
		}
		n := Named{ID: tx.NewID(), Edition: set.ID, Name: in.Name, Created: tx.Now, Version: 1}
		if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
			return fmt.Errorf("name cluster: %w", err)
		}
		if err := decide(ctx, tx, set, list, func(d *Decision) { d.Cluster = n.ID }); err != nil {
			return err
		}
		tx.Append("messages.cluster_named", set.ID, set.Scope(), record.Internal, record.Data{"label": in.Name})
		return nil
	})
}

const maxName = 120

func (s *Service) renameEmpty(ctx context.Context, a core.Actor, set *editions.Setting, in NameInput) error {
	v, err := s.View(ctx, a, set, true)
	if err != nil {
		return err
	}
	if err := s.mayCompile(a, set, v.State); err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return s.renameTx(ctx, tx, set, in) })
}

// renameTx renames a cluster that editors made, or lets it go.
func (s *Service) renameTx(ctx context.Context, tx *record.Tx, set *editions.Setting, in NameInput) error {
	if in.Name.IsZero() {
		stale, err := record.Once(tx.NewDelete().Model((*Named)(nil)).Where("id = ? AND edition = ? AND version = ?", in.ID, set.ID, in.Version).Exec(ctx))
		if err != nil {
			return fmt.Errorf("let cluster go: %w", err)
		}
		if stale {
			return core.Conflict("messages.error.cluster_gone")
		}
		if _, err := tx.NewUpdate().Model((*Decision)(nil)).Set("cluster = ''").Where("edition = ? AND cluster = ?", set.ID, in.ID).Exec(ctx); err != nil {
			return fmt.Errorf("let cluster go: %w", err)
		}
		tx.Append("messages.cluster_dropped", set.ID, set.Scope(), record.Internal, record.Data{"label": NameOf(set.Edition)})
		return nil
	}
	stale, err := record.Once(tx.NewUpdate().Model((*Named)(nil)).Set("name = ?", in.Name).Set("version = version + 1").
		Where("id = ? AND edition = ? AND version = ?", in.ID, set.ID, in.Version).Exec(ctx))
	if err != nil {
		return fmt.Errorf("rename cluster: %w", err)
	}
	if stale {
		return core.Conflict("messages.error.cluster_gone")
	}
	tx.Append("messages.cluster_named", set.ID, set.Scope(), record.Internal, record.Data{"label": in.Name})
	return nil
}

// DraftInput is the form in which a Message is drafted of raw material. Heading is what
// it stands under; without one its session's title or its theme's name. Keys are the raw
// material: it is kept as evidence for each sentence.
type DraftInput struct {
	Text    core.Text `form:"text" ui:"area" max:"6000" required:"1" json:"text"`
	Heading core.Text `form:"heading" ui:"text" max:"200" json:"heading"`
	Keys    []string  `form:"keys" ui:"-" json:"keys"`
}

// Draft makes a Message of raw material. A sentence that is one of the material's, or
// hardly differs from one, rests on it; others rest on nothing yet. Editors may;
// Conflict once the Messages are final. It gives the Message's number. Event:
// messages.compiled.
func (s *Service) Draft(ctx context.Context, a core.Actor, set *editions.Setting, in DraftInput) (int, error) {
	n := 0
	w, err := s.Workshop(ctx, a, set)
	if err != nil {
		return 0, err
	}
	if err := core.Validate(in).Err(); err != nil {
		return 0, err
	}
	list, err := w.chosenOf(in.Keys)
	if err != nil {
		return 0, err
	}
	sessions, err := s.programme.SessionsByID(ctx, a, sessionsOf(list))
	if err != nil {
		return 0, err
	}
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		old, err := loadSet(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		if err := s.mayCompile(a, set, stateOf(old)); err != nil {
			return err
		}
		ms, rev, err := s.open(ctx, tx, set)
		if err != nil {
			return err
		}
		n = ms.Next
		para, o := drafted(in, list, n)
		ms.Next++
		paras := rev.Paragraphs
		ses := sessions[o.Session]
		if in.Heading.Clean().IsZero() && ses != nil {
			para.Attrs.Own = o.raw()
			paras = insert(paras, ses, para)
		} else {
			o.Session = ""
			para.Attrs.Own = o.raw()
			paras = insertUnder(paras, in.Heading.Clean(), themeName(set, o.Theme), o.Theme, para)
		}
		if _, err := s.docs.ReviseTx(ctx, tx, ms.Document, documents.Revise{BasedOn: rev.Version, Paragraphs: paras, Stage: "draft"}); err != nil {
			return err
		}
		if _, err := tx.NewUpdate().Model(ms).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("save Messages: %w", err)
		}
		tx.Append("messages.compiled", set.ID, set.Scope(), record.Internal, record.Data{"label": ms.Name, "count": 1})
		return nil
	})
	return n, err
}
