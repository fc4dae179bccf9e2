package search

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/blevesearch/bleve/v2/document"
	index "github.com/blevesearch/bleve_index_api"
)

// change is one Update, ready to be written.
type change struct {
	subjects map[string]bool // whose earlier documents go
	docs     []Doc
	cursor   int64
}

// Update puts documents in, takes the documents of the subjects in gone out, and keeps
// the cursor: all or nothing, on the disk when it returns. The documents of a subject
// replace all earlier documents of that subject, so all of them are passed together.
// A subject that is both gone and among the documents has those. Updates wait for each
// other.
func (x *Index) Update(docs []Doc, gone []string, cursor int64) error {
	c := change{subjects: map[string]bool{}, docs: docs, cursor: cursor}
	for _, s := range gone {
		c.subjects[s] = true
	}
	for _, d := range docs {
		c.subjects[subjectOf(d)] = true
	}
	x.write.Lock()
	defer x.write.Unlock()
	s, err := x.serving()
	if err != nil {
		return err
	}
	defer s.users.Done()
	if err := x.apply(s, c); err != nil {
		return fmt.Errorf("update search index: %w", err)
	}
	if x.missed != nil {
		*x.missed = append(*x.missed, c)
	}
	return nil
}

func (x *Index) apply(s *store, c change) error {
	batch := index.NewBatch()
	if err := forget(s, batch, c.subjects); err != nil {
		return err
	}
	for _, d := range c.docs {
		doc, err := build(d, x.enc)
		if err != nil {
			return err
		}
		batch.Update(doc)
	}
	batch.SetInternal(keyCursor, packCursor(c.cursor))
	return s.ix.Batch(batch)
}

// forget marks all documents of the subjects as deleted.
func forget(s *store, batch *index.Batch, subjects map[string]bool) error {
	r, err := s.reader()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }() // a reader only lets go
	for subject := range subjects {
		tfr, err := r.TermFieldReader(context.Background(), []byte(subject), fieldSubject, false, false, false)
		if err != nil {
			return err
		}
		for {
			found, err := tfr.Next(nil)
			if err != nil || found == nil {
				if err = errors.Join(err, tfr.Close()); err != nil {
					return err
				}
				break
			}
			id, err := r.ExternalID(found.ID)
			if err != nil {
				return errors.Join(err, tfr.Close())
			}
			batch.Delete(id)
		}
	}
	return nil
}

// Size of what a rebuild writes at once.
const (
	batchDocs  = 1000
	batchBytes = 4 << 20
)

// Rebuild builds the index anew beside the one that serves, and swaps them when it is
// complete; searches and updates go on all the while. fill calls put with all documents,
// in parts of any size, and may count by its returning how far it is; a subject may be
// spread over several calls. cursor is where what fill reads begins to be true: taken
// before Rebuild is called, as fill reads after. Updates that come meanwhile are put
// into both, and the later of the cursors stays.
//
// When fill fails, or ctx ends, the old index stays and the error is returned. A second
// Rebuild at the same time is ErrRebuilding.
func (x *Index) Rebuild(ctx context.Context, fill func(put func([]Doc) error) error, cursor int64) (err error) {
	if !x.build.TryLock() {
		return ErrRebuilding
	}
	defer x.build.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	undo := context.AfterFunc(x.stop, cancel)
	defer undo()

	old, err := x.serving()
	if err != nil {
		return err
	}
	old.users.Done() // only Rebuild and Close take it away, and they wait for each other
	x.write.Lock()
	x.missed = &[]change{}
	x.write.Unlock()

	fresh, err := openStore(x.dir, x.freeName(), true, x.queue, x.log)
	if err != nil {
		x.noMore()
		return fmt.Errorf("rebuild search index: %w", err)
	}
	err = x.fill(ctx, fresh, fill)
	if err == nil {
		err = fresh.compact(ctx)
	}
	if err == nil {
		err = x.swap(ctx, fresh, cursor)
	}
	if err != nil {
		x.noMore()
		err = errors.Join(err, fresh.close(), os.RemoveAll(fresh.dir))
		if x.stop.Err() != nil {
			return ErrClosed
		}
		return fmt.Errorf("rebuild search index: %w", err)
	}
	if err := errors.Join(old.close(), os.RemoveAll(old.dir)); err != nil {
		x.log.Warn("remove the old search index", "folder", old.name, "error", err)
	}
	return nil
}

func (x *Index) noMore() {
	x.write.Lock()
	defer x.write.Unlock()
	x.missed = nil
}

func (x *Index) fill(ctx context.Context, s *store, fill func(put func([]Doc) error) error) error {
	batch, size := index.NewBatch(), 0
	flush := func() error {
		if len(batch.IndexOps) == 0 {
			return nil
		}
		err := s.ix.Batch(batch)
		batch, size = index.NewBatch(), 0
		return err
	}
	err := fill(func(docs []Doc) error {
		for _, d := range docs {
			if err := ctx.Err(); err != nil {
				return err
			}
			var doc *document.Document
			doc, err := build(d, x.enc)
			if err != nil {
				return err
			}
			batch.Update(doc)
			size += textBytes(d)
			if len(batch.IndexOps) >= batchDocs || size >= batchBytes {
				if err := flush(); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err == nil {
		err = ctx.Err() // fill may not have looked
	}
	if err == nil {
		err = flush()
	}
	return err
}

func textBytes(d Doc) int {
	n := 0
	for _, s := range d.Title.By {
		n += len(s)
	}
	for _, s := range d.Body.By {
		n += len(s)
	}
	return n
}

// swap catches up with the updates that came meanwhile and lets the fresh store serve.
func (x *Index) swap(ctx context.Context, fresh *store, cursor int64) error {
	x.write.Lock()
	defer x.write.Unlock()
	for _, c := range *x.missed {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := x.apply(fresh, c); err != nil {
			return err
		}
		cursor = max(cursor, c.cursor)
	}
	if err := fresh.ix.SetInternal(keyCursor, packCursor(cursor)); err != nil {
		return err
	}
	if err := x.point(fresh.name); err != nil {
		return err
	}
	x.missed = nil
	x.mu.Lock()
	x.cur = fresh
	x.mu.Unlock()
	return nil
}
