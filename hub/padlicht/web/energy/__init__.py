"""The page "Energy and darkness": what lamps used beside full light, and how dark it stayed."""
