package authn

import "time"

// SetNow moves the machine's clock for a service under test.
func (s *Service) SetNow(now func() time.Time) { s.now = now }

// SetParkRoom says how many bytes all parked forms may take together.
func (s *Service) SetParkRoom(n int64) { s.parkRoom = n }
