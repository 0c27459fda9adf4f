"""The look: how the one stylesheet we serve is cut from the design system."""
