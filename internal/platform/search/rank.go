package search

import (
	"errors"
	"strconv"

	"github.com/blevesearch/bleve/v2/search"
	index "github.com/blevesearch/bleve_index_api"
)

// weights are the documents that count more or less than others.
func (f *finder) weights() (list []weighted, err error) {
	dict, err := f.r.FieldDict(fieldWeight)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, dict.Close()) }()
	for {
		e, err := dict.Next()
		if err != nil || e == nil {
			return list, err
		}
		factor, err := strconv.ParseFloat(e.Term, 64)
		if err != nil {
			return nil, err
		}
		c, err := f.term(fieldWeight, e.Term, 0, false, false)
		if err != nil {
			return nil, err
		}
		list = append(list, weighted{c, factor})
	}
}

type weighted struct {
	docs   cursor
	factor float64
}

// searcher lets the library's collector go through an answer.
type searcher struct {
	answer  *allOf
	weights []weighted
	next    uint64
}

func (s *searcher) Next(ctx *search.SearchContext) (*search.DocumentMatch, error) {
	if err := s.answer.advance(s.next); err != nil {
		return nil, err
	}
	doc := s.answer.doc()
	if doc == none {
		return nil, nil
	}
	s.next = doc + 1
	m := ctx.DocumentMatchPool.Get()
	m.IndexInternalID = index.NewIndexInternalID(m.IndexInternalID, doc)
	m.Score = s.answer.score()
	for _, w := range s.weights {
		if err := w.docs.advance(doc); err != nil {
			return nil, err
		}
		if w.docs.doc() == doc {
			m.Score *= w.factor
			break
		}
	}
	return m, nil
}

// Advance is part of the library's interface.
func (s *searcher) Advance(ctx *search.SearchContext, id index.IndexInternalID) (*search.DocumentMatch, error) {
	s.next = max(s.next, id.Value())
	return s.Next(ctx)
}

func (s *searcher) Close() error               { return nil } // the finder closes
func (s *searcher) Weight() float64            { return 1 }
func (s *searcher) SetQueryNorm(float64)       {}
func (s *searcher) Count() uint64              { return s.answer.cost() }
func (s *searcher) Min() int                   { return 0 }
func (s *searcher) Size() int                  { return 0 }
func (s *searcher) DocumentMatchPoolSize() int { return 1 }
