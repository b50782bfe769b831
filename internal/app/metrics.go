package app

import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics serves figures of the process and the bus; none of them has a label that names a person, a case or an address.
func (a *App) metrics() fiber.Handler {
	reg := prometheus.NewRegistry()
	count := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
	}
	gauge := func(name, help string, value func() float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value)
	}
	reg.MustRegister(
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		count("tiepdan_events_published_total", "Events the bus has.", func() float64 { return float64(a.Bus.Counts().Published) }),
		count("tiepdan_events_failed_total", "Events left to the sweep.", func() float64 { return float64(a.Bus.Counts().Failed) }),
		gauge("tiepdan_uploads", "Uploads under way.", func() float64 { return float64(a.Uploads.Load()) }),
		count("tiepdan_events_again_total", "Events handled again.", func() float64 { return float64(a.Bus.Counts().Again) }),
	)
	return adaptor.HTTPHandler(promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
}
