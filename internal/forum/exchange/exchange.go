// Package exchange hands the forum's record to other programs and takes it back: the
// timetable as other conference software reads it, feeds of what happened, and the data
// package of an edition, from which another Plenary makes the same edition again.
package exchange

import (
	"plenary/internal/forum/bodies"
	"plenary/internal/forum/documents"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/people"
	"plenary/internal/forum/programme"
	"plenary/internal/forum/vocab"
	"plenary/internal/platform/record"
)

// Service is what programs and people do with the record as a whole.
type Service struct {
	rec       *record.Record
	vocab     *vocab.Service
	people    *people.Service
	documents *documents.Service
	bodies    *bodies.Service
	editions  *editions.Service
	programme *programme.Service
}

// New makes the service.
func New(rec *record.Record, v *vocab.Service, p *people.Service, d *documents.Service, b *bodies.Service, e *editions.Service, prog *programme.Service) *Service {
	return &Service{rec: rec, vocab: v, people: p, documents: d, bodies: b, editions: e, programme: prog}
}
