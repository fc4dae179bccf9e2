package web

import (
	"net/url"
	"slices"
	"strings"
)

// Media lets the page that is being made play recordings from these addresses, and
// nothing else of the hosts they stand on: the policy of every other page allows no
// media at all. An address without a host is this site's. Others that are not https are left out, for a page that came by
// https would not play them.
func (c *C) Media(addresses ...string) {
	var hosts []string
	for _, a := range addresses {
		if strings.HasPrefix(a, "/") && !strings.HasPrefix(a, "//") {
			hosts = append(hosts, "'self'")
			continue
		}
		u, err := url.Parse(a)
		if err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsAny(u.Host, " ;,'\"*") {
			continue
		}
		if h := "https://" + u.Host; !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	if len(hosts) > 0 {
		c.more = append(c.more, [2]string{"Content-Security-Policy", csp + "; media-src " + strings.Join(hosts, " ")})
	}
}
