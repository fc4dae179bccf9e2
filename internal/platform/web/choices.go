package web

import (
	"net/http"
	"strings"
	"time"

	"plenary/internal/core"
)

// registerChoices answers the small forms of the shell: zone and appearance. The
// choices are cookies; they say nothing about the person.
func (s *Server) registerChoices() {
	s.Handle("POST /zone", func(c *C) error {
		zone := strings.TrimSpace(c.Value("zone"))
		if zone == "" {
			c.choose("zone", "-") // she does not want a third clock
		} else {
			if _, err := core.LoadZone(zone); err != nil {
				return err
			}
			c.choose("zone", strings.ReplaceAll(zone, "/", "%2F"))
		}
		return c.Redirect(c.Back("/"))
	})
	s.Handle("POST /appearance", func(c *C) error {
		switch theme := c.Value("theme"); theme {
		case "dark", "light":
			c.choose("theme", theme)
		default:
			c.choose("theme", "auto")
		}
		return c.Redirect(c.Back("/"))
	})
}

func (c *C) choose(name, value string) {
	http.SetCookie(c.W, &http.Cookie{ //nolint:gosec // the script sets the zone too, so it may read it
		Name: name, Value: value, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		SameSite: http.SameSiteLaxMode, Secure: c.secure(),
	})
}
