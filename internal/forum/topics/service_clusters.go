package topics

import (
	"context"
	"fmt"
	"slices"

	"github.com/uptrace/bun"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/platform/record"
)

// Where Move may put inputs, beside the id of a cluster.
const (
	ToWords = "words" // where their words put them
	ToNew   = "new"   // into a cluster of their own
)

// Move puts inputs into a cluster that people have made, into a new one, or back to where
// their words put them. Curators may. Invalid where there is no such cluster or input.
// Event: clusters.inputs_moved.
func (s *Service) Move(ctx context.Context, a core.Actor, set *editions.Setting, inputs []string, to string) error {
	w, err := s.material(ctx, a, set, "")
	if err != nil {
		return err
	}
	ids, err := w.chosen(inputs)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		named, places, err := loadClusters(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		target := core.ID("")
		switch to {
		case ToWords:
		case ToNew:
			if target, err = makeCluster(ctx, tx, set, core.Text{}); err != nil {
				return err
			}
		default:
			target = core.ID(to)
			if !slices.ContainsFunc(named, func(n Named) bool { return n.ID == target }) {
				return core.Invalid("topics.error.cluster_gone")
			}
		}
		if err := placeTx(ctx, tx, set.ID, target, ids); err != nil {
			return err
		}
		// Who decides about one of these clusters at this moment is told.
		changed := []core.ID{target}
		for _, id := range ids {
			changed = append(changed, places[id])
		}
		if _, err := tx.NewUpdate().Model((*Named)(nil)).Set("version = version + 1").Where("id IN (?)", bun.List(changed)).Exec(ctx); err != nil {
			return fmt.Errorf("move inputs: %w", err)
		}
		if err := dropEmpty(ctx, tx, set.ID); err != nil {
			return err
		}
		tx.Append("clusters.inputs_moved", set.ID, set.Scope(), record.Internal, record.Data{"count": len(ids)})
		return nil
	})
}

func makeCluster(ctx context.Context, tx *record.Tx, set *editions.Setting, name core.Text) (core.ID, error) {
	n := Named{ID: tx.NewID(), Edition: set.ID, Name: name, Created: tx.Now, Version: 1}
	if _, err := tx.NewInsert().Model(&n).Exec(ctx); err != nil {
		return "", fmt.Errorf("make cluster: %w", err)
	}
	return n.ID, nil
}

// dropEmpty takes away clusters without a name into which nothing is put any more.
func dropEmpty(ctx context.Context, tx *record.Tx, edition core.ID) error {
	_, err := tx.NewDelete().Model((*Named)(nil)).Where("edition = ?", edition).Where("name = ?", core.Text{}).
		Where("id NOT IN (SELECT cluster FROM topic_places WHERE edition = ?)", edition).Exec(ctx)
	if err != nil {
		return fmt.Errorf("drop empty cluster: %w", err)
	}
	return nil
}

// NameInput names a cluster. Without an ID it is one that words made, and the inputs
// stay in it from now on. An empty name lets a cluster go.
type NameInput struct {
	ID      core.ID
	Version int64
	Name    core.Text // languages that are not in it keep their names
	Inputs  []string
}

const longestName = 120

// Name names a cluster, so that it stays as it is; what is like it joins. Curators may.
// Conflict where somebody has changed the cluster meanwhile, or where a theme was decided
// of one that is to be let go. Event: clusters.named or clusters.dropped.
func (s *Service) Name(ctx context.Context, a core.Actor, set *editions.Setting, in NameInput) (core.ID, error) {
	w, err := s.material(ctx, a, set, "")
	if err != nil {
		return "", err
	}
	in.Name = in.Name.Clean()
	for _, name := range in.Name.By {
		if len([]rune(name)) > longestName {
			return "", core.Invalid("topics.error.cluster_name", "Count", longestName)
		}
	}
	if in.ID != "" {
		return in.ID, s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error { return renameTx(ctx, tx, set, in) })
	}
	if in.Name.IsZero() {
		return "", core.Invalid("topics.error.cluster_name", "Count", longestName)
	}
	ids, err := w.chosen(in.Inputs)
	if err != nil {
		return "", err
	}
	var made core.ID
	err = s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		_, places, err := loadClusters(ctx, tx, set.ID)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if places[id] != "" { // since the page was read
				return core.Conflict("topics.error.cluster_changed")
			}
		}
		if made, err = makeCluster(ctx, tx, set, in.Name); err != nil {
			return err
		}
		if err := placeTx(ctx, tx, set.ID, made, ids); err != nil {
			return err
		}
		tx.Append("clusters.named", made, set.Scope(), record.Internal, record.Data{"label": in.Name})
		return nil
	})
	return made, err
}

// ClusterOf makes a cluster of all inputs with a tag that nobody has put into one yet and
// that the curator may see, named as the tag. Curators may. Conflict where there is none.
// Event: clusters.named.
func (s *Service) ClusterOf(ctx context.Context, a core.Actor, set *editions.Setting, slug string) (core.ID, error) {
	if err := may(a, set, "curate"); err != nil {
		return "", err
	}
	t, err := s.Table(ctx, a, set, Filter{})
	if err != nil {
		return "", err
	}
	tag := t.Tag(slug)
	if tag == nil || tag.Hidden {
		return "", core.NotFound()
	}
	_, places, err := loadClusters(ctx, s.rec.DB.Read, set.ID)
	if err != nil {
		return "", err
	}
	in := NameInput{Name: tag.Name}
	for _, x := range t.listable(t.With(tag, OfTotal)) {
		if places[x.ID] == "" {
			in.Inputs = append(in.Inputs, string(x.ID))
		}
	}
	if len(in.Inputs) == 0 {
		return "", core.Conflict("topics.error.all_placed")
	}
	return s.Name(ctx, a, set, in)
}

func renameTx(ctx context.Context, tx *record.Tx, set *editions.Setting, in NameInput) error {
	if in.Name.IsZero() {
		n, err := tx.NewSelect().Model((*Decision)(nil)).Where("td.cluster = ?", in.ID).Count(ctx)
		if err != nil {
			return fmt.Errorf("look for decision about cluster: %w", err)
		}
		if n > 0 {
			return core.Conflict("topics.error.cluster_decided")
		}
		if _, err := tx.NewDelete().Model((*placeRow)(nil)).Where("edition = ? AND cluster = ?", set.ID, in.ID).Exec(ctx); err != nil {
			return fmt.Errorf("let cluster go: %w", err)
		}
		stale, err := record.Once(tx.NewDelete().Model((*Named)(nil)).Where("id = ? AND edition = ? AND version = ?", in.ID, set.ID, in.Version).Exec(ctx))
		if err != nil {
			return fmt.Errorf("let cluster go: %w", err)
		}
		if stale {
			return core.Conflict("topics.error.cluster_changed")
		}
		tx.Append("clusters.dropped", in.ID, set.Scope(), record.Internal, nil)
		return nil
	}
	named, _, err := loadClusters(ctx, tx, set.ID)
	if err != nil {
		return err
	}
	for _, n := range named {
		if n.ID == in.ID {
			for lang, name := range n.Name.By {
				if in.Name.By[lang] == "" {
					in.Name = in.Name.With(lang, name)
				}
			}
		}
	}
	stale, err := record.Once(tx.NewUpdate().Model((*Named)(nil)).Set("name = ?", in.Name).Set("version = version + 1").
		Where("id = ? AND edition = ? AND version = ?", in.ID, set.ID, in.Version).Exec(ctx))
	if err != nil {
		return fmt.Errorf("rename cluster: %w", err)
	}
	if stale {
		return core.Conflict("topics.error.cluster_changed")
	}
	tx.Append("clusters.named", in.ID, set.Scope(), record.Internal, record.Data{"label": in.Name})
	return nil
}
