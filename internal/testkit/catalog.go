package testkit

import (
	"sync"

	"plenary/internal/platform/i18n"
	"plenary/web"
)

// Catalog is the catalogue of the program, read once for all tests of a package: that takes
// longer than most of them.
var Catalog = sync.OnceValues(func() (*i18n.Catalog, error) { return i18n.Load(web.Locales()) })
