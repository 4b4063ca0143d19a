"""What is drawn on the screen, with Streamlit."""
