package authn

import (
	"time"

	"github.com/go-webauthn/webauthn/protocol"
)

// SetNow moves the machine's clock for a service under test.
func (s *Service) SetNow(now func() time.Time) { s.now = now }

// SetParkRoom says how many bytes all parked forms may take together.
func (s *Service) SetParkRoom(n int64) { s.parkRoom = n }

// ReadCredential reads what a browser sends of a passkey, both ways.
func ReadCredential(text string) {
	_, _ = protocol.ParseCredentialCreationResponseBytes([]byte(text))
	_, _ = protocol.ParseCredentialRequestResponseBytes([]byte(text))
}
