package messages

import (
	"context"

	"plenary/internal/core"
	"plenary/internal/platform/record"
)

// Begun tells whether somebody has begun the Messages of an edition. It says nothing of
// their text: anybody may call.
func (s *Service) Begun(ctx context.Context, edition core.ID) (bool, error) {
	ms, err := loadSet(ctx, s.rec.DB.Read, edition)
	return ms != nil, err
}

// DocumentTx is the document of an edition's Messages inside a write; empty where there
// are none.
func (s *Service) DocumentTx(ctx context.Context, tx *record.Tx, edition core.ID) (core.ID, error) {
	ms, err := loadSet(ctx, tx, edition)
	if err != nil || ms == nil {
		return "", err
	}
	return ms.Document, nil
}
